// The model's translation to be corrected. What was changed so far comes a moment after each pause.
const PAUSE_MS = 150;
const makePostEdit = (turn, form, changed) => {
  form.text ??= turn.text;
  const box = h("textarea", {
    class: "il-edit", rows: 2, lang: turn.target_language, dir: "auto", spellcheck: "true", autocomplete: "off", "aria-label": labels.your_text, "aria-describedby": "desk-source", "data-testid": "post-edit",
  });
  box.value = form.text;
  const fit = () => { box.style.height = "auto"; box.style.height = `${box.scrollHeight + 2}px`; };
  const diff = h("p", { class: "il-diff-line", lang: turn.target_language, dir: "auto", "aria-label": labels.changes });
  const rate = h("b", { text: "0 %" });
  const reset = h("button", { type: "button", class: "il-quiet", text: labels.reset, hidden: true, "data-testid": "reset", onclick: () => { box.value = turn.text; box.dispatchEvent(new Event("input")); box.focus(); } });
  const showEdits = ({ slot, edits = [], hter = 0, changed: differs = false }) => {
    if (slot !== turn.slot) return; // of the text before this one
    diff.replaceChildren(...(differs ? diffWords(edits) : [h("span", { class: "il-empty", text: labels.unchanged })]));
    rate.textContent = `${Math.round(hter * 100)} %`;
    reset.hidden = !differs;
  };
  let timer = null;
  const ask = () => {
    clearTimeout(timer);
    timer = setTimeout(() => { if (box.isConnected) annotate.ask.diff({ slot: turn.slot, machine: turn.text, text: box.value }); }, PAUSE_MS);
  };
  annotate.edits = showEdits;
  box.addEventListener("input", () => { form.text = box.value; fit(); ask(); changed(); });
  showEdits({ slot: turn.slot });
  if (form.text !== turn.text) ask();
  requestAnimationFrame(fit);
  return {
    node: h("div", { class: "il-post-edit" },
      h("label", { class: "il-half" }, h("span", { text: turn.target_name }), box),
      h("div", { class: "il-changes" }, diff, reset, h("span", { class: "il-hter", title: labels.hter_hint, "data-testid": "desk-hter" }, h("span", { text: labels.hter }), rate))),
    focus: () => { box.focus({ preventScroll: true }); box.setSelectionRange(box.value.length, box.value.length); },
    hold: (held) => { box.readOnly = held; },
    key: () => false,
    answer: () => (box.value === turn.text && !turn.revising ? { problem: labels.not_changed } : { verdict: "corrected", text: box.value }),
    accept: () => (box.value === turn.text ? { verdict: "right", text: turn.text } : { problem: labels.changed }),
  };
};
