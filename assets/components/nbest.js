// The n-best list as radio cards. Words that differ from the best hypothesis are marked.
// Beam search can end a hypothesis before its first word.
const isEmpty = (edits) => edits.every(({ after }) => !after);

const draw = () => {
  const { items = [], selected = 0, language } = props.value || {};
  const choose = (index) => {
    if (index === props.value.selected) return;
    update({ selected: index });
    draw();
    trigger("pick");
  };
  const cards = items.map(({ score, width, edits }, index) => h("button", {
    type: "button", role: "radio", class: "il-card", "aria-checked": String(index === selected),
    tabindex: index === selected ? 0 : -1, "data-testid": "hypothesis", onclick: () => choose(index),
  },
  h("span", { class: "il-rank", text: index + 1 }),
  h("span", { class: "il-text", lang: language, dir: "auto" }, ...(isEmpty(edits) ? [h("i", { class: "il-empty", text: labels.no_words })] : diffWords(edits))),
  h("span", { class: "il-score", title: labels.score_hint }, h("span", { text: score }), h("i", { vars: { "--width": width } }))));
  const group = h("div", { class: "il-cards", role: "radiogroup", "aria-label": labels.hypotheses }, ...cards);
  group.addEventListener("keydown", (event) => {
    arrowKeys(event, cards, choose);
    root().querySelector('[aria-checked="true"]')?.focus({ preventScroll: true });
  });
  show(group);
};
onValue(draw);
