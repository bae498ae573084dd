// Model and direction. Only what a model was trained for can be chosen.
const models = () => props.models || [];
const model = () => models().find(({ name }) => name === props.value.model) || models()[0];
const pairs = () => (model() ? model().directions : []);
const unique = (items) => [...new Set(items)];
const called = (code) => (props.languages || {})[code] || code;

const select = (name, label, choices, chosen, onchange, toText = called) => {
  const node = h("select", { "aria-label": label, "data-testid": name, disabled: choices.length === 0 });
  node.append(...choices.map((choice) => h("option", { value: choice, text: toText(choice) })));
  if (!choices.length) node.append(h("option", { value: "", text: labels.none }));
  node.value = choices.length ? chosen : "";
  node.addEventListener("change", () => onchange(node.value));
  return h("span", { class: "il-select" }, node);
};

const choose = (change) => {
  update(change);
  if (!pairs().some(([from, to]) => from === props.value.source && to === props.value.target)) {
    const [source, target] = pairs().find(([from]) => from === props.value.source) || pairs()[0];
    update({ source, target });
  }
  draw();
};

const draw = () => {
  const { source, target } = props.value;
  const swappable = pairs().some(([from, to]) => from === target && to === source);
  const names = models().map(({ name }) => name);
  show(
    select("from", labels.from, unique(pairs().map(([from]) => from)), source, (value) => choose({ source: value })),
    h("button", {
      type: "button", class: "il-swap", "aria-label": labels.swap, title: labels.swap, "data-testid": "swap",
      disabled: !swappable, text: "⇄", onclick: () => trigger("swap"),
    }),
    select("to", labels.to, unique(pairs().filter(([from]) => from === source).map(([, to]) => to)), target,
      (value) => choose({ target: value })),
    names.length > 1 && select("model", labels.model, names, model().name, (value) => choose({ model: value }), String),
  );
};
onValue(draw);
