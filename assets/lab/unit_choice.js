// Words or subword pieces: all views share one choice.
const lab = window.interlinear.lab;

const segmented = (name, choices, chosen, choose) => {
  const buttons = choices.map(({ value, text, hint }) => h("button", {
    type: "button", role: "radio", text, title: hint, "data-testid": `${name}-${value}`,
    "aria-checked": String(value === chosen), tabindex: value === chosen ? 0 : -1, onclick: () => choose(value),
  }));
  const group = h("div", { class: "il-segmented", role: "radiogroup", "aria-label": labels[name], "data-group": name }, ...buttons);
  group.addEventListener("keydown", (event) => {
    if (!event.key.startsWith("Arrow")) return;
    arrowKeys(event, buttons, (index) => choose(choices[index].value));
    root().querySelector(`[data-group="${name}"] [aria-checked="true"]`)?.focus({ preventScroll: true });
  });
  return group;
};
const unitChoice = () => segmented("unit",
  ["words", "pieces"].map((unit) => ({ value: unit, text: labels[unit], hint: labels[`${unit}_hint`] })), lab.view.unit, (unit) => lab.setView({ unit }));
