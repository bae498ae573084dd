// Translations side by side, nobody knows whose: numbers choose. The first pressed is the best, the next the second, and
// those that are left out share the last place.
const makeComparison = (turn, form, changed) => {
  const count = turn.texts.length;
  form.order ??= [];
  form.tied ??= false;
  const place = (index) => (form.tied ? 1 : form.order.includes(index) ? form.order.indexOf(index) + 1 : form.order.length ? form.order.length + 1 : 0);
  const cards = turn.marked.map((stretches, index) => h("button", { type: "button", class: "il-candidate card", "data-testid": "candidate", onclick: () => choose(index) },
    h("span", { class: "il-candidate-head" }, h("kbd", { text: index + 1 }), h("span", { class: "il-place" })),
    h("span", { class: "il-candidate-text", lang: turn.target_language, dir: "auto" },
      ...stretches.map(({ text, differs }) => h("span", { class: differs && "il-unlike", text })))));
  const tie = h("button", { type: "button", class: "il-quiet il-tall", "data-testid": "tie", "aria-pressed": "false", "aria-keyshortcuts": "0", onclick: () => setTied(!form.tied) }, h("span", { text: labels.tie }), stroke("0"));
  const draw = () => {
    cards.forEach((card, index) => {
      const rank = place(index);
      const name = rank === 0 ? "" : form.tied ? labels.equal : rank === 1 ? (count === 2 ? labels.better : labels.best) : count === 2 ? "" : say(labels.place, { place: rank });
      card.dataset.place = rank || "";
      card.setAttribute("aria-pressed", String(form.order.includes(index)));
      card.setAttribute("aria-label", `${say(labels.candidate, { number: index + 1 })} ${turn.texts[index]} ${name}`);
      card.querySelector(".il-place").textContent = name;
    });
    tie.setAttribute("aria-pressed", String(form.tied));
  };
  const choose = (index) => {
    form.tied = false;
    const at = form.order.indexOf(index);
    if (at >= 0) form.order = form.order.slice(0, at);
    else form.order = count === 2 ? [index] : [...form.order, index].slice(0, count);
    draw();
    changed();
  };
  const setTied = (tied) => { form.tied = tied; form.order = []; draw(); changed(); };
  const group = h("div", { class: "il-candidates", role: "group", tabindex: -1, "aria-label": labels.candidates, "aria-describedby": turn.source_id || "desk-source", vars: { "--count": Math.min(count, 3) } }, ...cards);
  draw();
  return {
    node: h("div", { class: "il-comparison" }, h("p", { class: "il-which", text: count === 2 ? labels.which : labels.which_many }), group, h("div", { class: "il-tie" }, tie)),
    focus: () => group.focus({ preventScroll: true }),
    redraw: draw,
    hold: (held) => { for (const button of [...cards, tie]) button.disabled = held; },
    key: (event) => {
      if (event.target.closest("input, textarea, select") || event.ctrlKey || event.altKey || event.metaKey) return false;
      const number = Number.parseInt(event.key, 10);
      if (number >= 1 && number <= count) { choose(number - 1); group.focus({ preventScroll: true }); return true; }
      if (event.key === "0" || event.key === "=") { setTied(true); group.focus({ preventScroll: true }); return true; }
      if (event.key === "Enter" && document.activeElement === group) { annotate.save(); return true; }
      return false;
    },
    answer: () => (form.tied || form.order.length ? { ranks: turn.texts.map((_, index) => place(index)) } : { problem: labels.not_chosen }),
  };
};
// The choice that gives these ranks.
const chosenBy = (ranks) => {
  const worst = Math.max(...ranks);
  const order = ranks.map((rank, index) => [rank, index]).filter(([rank]) => rank < worst).sort(([one], [other]) => one - other).map(([, index]) => index);
  return { order, tied: order.length === 0 };
};
