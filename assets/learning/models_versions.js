// The versions of a model, which of them is in use, the way back, and what happened so far.
// value: models, model, may_act, selected, in_use, in_use_id, before, trouble, rows [{id, name, when, alias, alias_word, verdict, verdict_word}],
// history [{when, text, who, reason, refused, refused_lang}]; it sends `keep` with "clean".
const MARKS = { passed: "✓", refused: "✗", none: "" };
const open = (id) => {
  update({ selected: id });
  draw();
  trigger("pick");
  if (window.innerWidth <= 860) document.querySelector("#models-sheet")?.scrollIntoView({ block: "start", behavior: "smooth" });
};
const row = (one, selected) => h("button", {
  type: "button", class: "il-model-row", "data-testid": "version-row", "data-id": one.id, "aria-pressed": String(one.id === selected), onclick: () => open(one.id),
},
h("span", { class: "il-model-name" }, h("b", { text: one.name, dir: "auto" }), one.alias && h("i", { class: "il-alias", "data-alias": one.alias, text: one.alias_word })),
h("span", { class: "il-model-meta" }, one.when && h("code", { text: one.id }), h("span", { text: one.when }),
  one.verdict !== "none" && h("span", { class: "il-verdict-mark", "data-verdict": one.verdict, text: `${MARKS[one.verdict]} ${one.verdict_word}` })));
const choice = ({ models, model }) => {
  const select = h("select", { "aria-label": labels.model, "data-testid": "models-model" }, ...models.map((name) => h("option", { value: name, text: name })));
  select.value = model;
  select.addEventListener("change", () => { update({ model: select.value, selected: "" }); trigger("turn"); });
  return h("span", { class: "il-select" }, select);
};
const past = (history) => h("ol", { class: "il-events", tabindex: 0, "aria-label": labels.history }, ...history.map((one) => h("li", { "data-testid": "event" },
  h("span", { class: "il-event-when", text: [one.when, one.who].filter(Boolean).join(" · ") }), h("span", { text: one.text }),
  one.reason && h("q", { text: one.reason, dir: "auto" }),
  one.refused && h("small", { lang: one.refused_lang || null, text: one.refused }))));
let unfolded = {};
const fold = (name, ...children) => h("details", { open: unfolded[name], ontoggle: (event) => { unfolded[name] = event.target.open; } }, h("summary", { text: labels[name] }), ...children);
const cleaning = () => {
  const keep = h("input", { type: "number", min: 0, max: 1000, value: 5, required: true, "aria-label": labels.keep, "data-testid": "keep" });
  const form = h("form", { class: "il-clean" }, h("span", { text: labels.keep }), keep, h("button", { type: "submit", class: "il-quiet", text: labels.clean, "data-testid": "clean-up" }));
  form.addEventListener("submit", (event) => { event.preventDefault(); update({ keep: keep.valueAsNumber }); trigger("clean"); });
  return fold("clean_up", h("p", { class: "il-fine", text: labels.clean_hint }), form);
};
const draw = () => {
  const { models = [], rows, selected, may_act, in_use, before, trouble, history = [] } = props.value || {};
  if (!rows) return show();
  show(
    h("div", { class: "il-models-head" }, h("h2", { text: labels.title }), models.length > 1 && choice(props.value)),
    h("div", { class: "il-in-use" }, h("div", {}, h("span", { text: labels.in_use }), h("b", { text: in_use, dir: "auto", "data-testid": "in-use" })),
      before && may_act && h("button", { type: "button", class: "il-quiet il-tall", text: labels.roll_back, title: say(labels.roll_back_hint, { name: before }), "data-testid": "roll-back", onclick: () => trigger("rollback") })),
    trouble && h("p", { class: "il-problem", lang: "en", text: trouble, "data-testid": "model-trouble" }),
    ...rows.map((one) => row(one, selected)),
    h("div", { class: "il-folds" }, history.length > 0 && fold("history", past(history)), may_act && rows.length > 1 && cleaning()),
  );
};
onValue(draw);
