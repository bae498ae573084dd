// Errors first, then a score for the whole: Error Span Annotation (docs/rating.md).
const makeRating = (turn, form, changed) => {
  form.score ??= null;
  form.errors ??= sortErrors(turn.proposed.map((error) => ({ ...error, undecided: true })));
  const categories = turn.categories;
  const range = h("input", { type: "range", min: 0, max: 100, step: 1, class: "il-score-range", "aria-label": labels.score, "data-testid": "score" });
  const number = h("input", { type: "number", min: 0, max: 100, step: 1, inputmode: "numeric", class: "il-score-number", "aria-label": labels.score_number, placeholder: "–", "data-testid": "score-number" });
  const showScore = (typed = false) => {
    const scored = form.score !== null;
    range.value = scored ? form.score : 50;
    range.dataset.set = String(scored);
    range.style.setProperty("--score", `${scored ? form.score : 0}%`);
    range.setAttribute("aria-valuetext", scored ? String(form.score) : labels.no_score);
    if (!typed) number.value = scored ? form.score : "";
    anchors.forEach((button) => button.setAttribute("aria-pressed", String(Number(button.dataset.score) === form.score)));
  };
  const score = (value, typed = false) => {
    form.score = Number.isInteger(value) && value >= 0 && value <= 100 ? value : null;
    showScore(typed);
    changed();
  };
  const anchors = turn.anchors.map((value, place) => h("button", {
    type: "button", class: "il-anchor", "data-score": value, "data-testid": `anchor-${value}`, vars: { "--at": value / 100 }, onclick: () => { score(value); range.focus(); },
  }, h("b", { text: value }), h("span", { text: labels[`anchor_${place}`] })));
  range.addEventListener("input", () => score(Number(range.value)));
  number.addEventListener("input", () => score(number.value === "" ? null : Number(number.value), true));
  range.addEventListener("keydown", (event) => {
    if (!/^\d$/.test(event.key) || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    number.focus();
    number.value = event.key;
    score(Number(event.key), true);
  });

  const words = makeWords(turn, {
    get: () => form.errors, set: (errors) => { form.errors = errors; showErrors(); changed(); },
    toScore: () => range.focus(), categories,
  });
  const list = h("ul", { class: "il-errors", "data-testid": "errors" });
  const category = (error) => {
    const select = h("select", { "aria-label": labels.category, "data-testid": "category" }, h("option", { value: "", text: labels.choose_category }),
      ...categories.map((name, index) => h("option", { value: name, text: index < 9 ? `${index + 1} ${name}` : name })));
    select.value = error.category || "";
    select.addEventListener("change", () => { form.errors = form.errors.map((one) => (one === error ? { ...one, category: select.value, undecided: false } : one)); showErrors(); words.draw(); changed(); });
    return h("span", { class: "il-select" }, select);
  };
  const showErrors = () => list.replaceChildren(...form.errors.map((error) => h("li", { "data-testid": "error", "data-severity": error.severity, "data-undecided": String(Boolean(error.undecided)) },
    h("button", { type: "button", class: "il-error-text", dir: "auto", text: isMissing(error) ? turn.missing : words.text(error.start, error.end), onclick: () => words.show(error) }),
    h("span", { class: "il-severity", text: error.undecided ? say(labels.proposed_as, { severity: labels[error.severity] }) : labels[error.severity] }),
    categories.length > 0 && category(error),
    error.undecided && h("button", { type: "button", class: "il-quiet", text: labels.confirm, onclick: () => { words.show(error); words.confirm(); } }),
    h("button", { type: "button", class: "il-quiet", text: labels.remove, onclick: () => { words.show(error); words.remove(); } }))));
  const tool = (name, key, go) => h("button", { type: "button", class: "il-quiet", "data-testid": `mark-${name}`, onmousedown: (event) => event.preventDefault(), onclick: go }, h("span", { text: labels[name] }), stroke(key));
  const tools = h("div", { class: "il-mark-tools", role: "toolbar", "aria-label": labels.marking },
    tool("minor", "M", () => { words.mark("minor"); words.focus(); }), tool("major", "J", () => { words.mark("major"); words.focus(); }),
    tool("omission", "O", words.omit), tool("remove", "Del", words.remove));
  showErrors();
  showScore();
  const problem = () => {
    if (form.errors.some((error) => error.undecided)) { words.toUndecided(); return say(labels.undecided, { count: form.errors.filter((error) => error.undecided).length }); }
    const bare = categories.length && form.errors.find((error) => !error.category);
    if (bare) { words.show(bare); return labels.no_category; }
    if (form.score === null) { range.focus(); return labels.not_scored; }
    return "";
  };
  return {
    node: h("div", { class: "il-rating" },
      h("div", { class: "il-half" }, h("span", { text: turn.target_name }), words.node, tools, list),
      h("div", { class: "il-scale" }, h("div", { class: "il-scale-line" }, h("span", { class: "il-scale-track" }, range, h("div", { class: "il-anchors" }, ...anchors)), number))),
    focus: () => words.focus(),
    redraw: () => { showErrors(); words.draw(); showScore(); },
    hold: (held) => { for (const field of [range, number]) field.disabled = held; },
    key: (event) => { if (event.key !== "Escape" || !words.isNarrowed() || !words.node.contains(document.activeElement)) return false; words.narrow(); return true; },
    answer: () => { const wrong = problem(); return wrong ? { problem: wrong } : { score: form.score, spans: plainErrors(form.errors) }; },
  };
};
