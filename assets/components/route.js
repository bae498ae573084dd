// Model and direction. Only what some model was trained for can be chosen; the model follows the languages.
const models = () => props.models || [];
const routes = () =>
  models().flatMap(({ name, directions }) => directions.map(([source, target]) => ({ model: name, source, target })));
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

// Of the routes with what was just chosen, the nearest to the others: demo_app/ui/route.py has the same order.
const choose = (change) => {
  const now = props.value;
  const wanted = { ...now, ...change };
  const isChosen = (route) => Object.keys(change).every((name) => route[name] === wanted[name]);
  const distance = (route) =>
    8 * (route.source !== wanted.source) + 4 * (route.target !== wanted.target) + 2 * (route.target !== now.source)
    + (route.model !== wanted.model);
  const nearest = routes().filter(isChosen).sort((one, other) => distance(one) - distance(other))[0];
  update({ ...change, ...nearest });
  draw();
  window.interlinear.anotherWay();
};

const draw = () => {
  const { model, source, target } = props.value;
  window.interlinear.way = { model, source, target };
  window.interlinear.onWay?.();
  const swappable = routes().some((route) => route.source === target && route.target === source);
  const names = models().map(({ name }) => name);
  const sources = unique(routes().map((route) => route.source));
  const targets = unique(routes().filter((route) => route.source === source).map((route) => route.target));
  show(
    select("from", labels.from, sources, source, (value) => choose({ source: value })),
    h("button", {
      type: "button", class: "il-swap", "aria-label": labels.swap, title: labels.swap, "data-testid": "swap",
      disabled: !swappable, text: "⇄", onclick: () => trigger("swap"),
    }),
    select("to", labels.to, targets, target, (value) => choose({ source, target: value })),
    names.length > 1 && select("model", labels.model, names, model || names[0], (value) => choose({ model: value }), String),
  );
};
onValue(draw);
