// The whole translation as running text; each sentence can be chosen and opens below.
// A dot tells of those that are corrections, a ring of those that have a suggestion.
// Spans, because a button never breaks over two lines.
const draw = () => {
  const { items = [], selected = 0 } = props.value || {};
  const choose = (index) => { update({ selected: index }); draw(); trigger("pick"); };
  const sentences = items.map(({ text, memory }, index) => h("span", {
    class: "il-sentence", role: "radio", "aria-checked": String(index === selected), tabindex: index === selected ? 0 : -1,
    dir: "auto", text, "data-memory": memory, title: memory && labels[memory], "data-testid": "sentence", onclick: () => choose(index),
  }));
  const flow = sentences.flatMap((button, index) => [button, items[index].separator || ""]);
  const group = h("div", { class: "il-flow", role: "radiogroup", "aria-label": labels.sentences }, ...flow);
  group.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      choose(sentences.indexOf(event.target));
    }
    arrowKeys(event, sentences, choose);
    root().querySelector('[aria-checked="true"]')?.focus({ preventScroll: true });
  });
  show(group);
};
onValue(draw);
