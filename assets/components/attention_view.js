// Words or pieces; layer and head only where the model has several.
const draw = () => {
  const value = props.value || {};
  const change = (part) => { update(part); draw(); trigger("turn"); };
  const units = ["words", "pieces"];
  const buttons = units.map((unit) => h("button", {
    type: "button", role: "radio", text: labels[unit], "data-testid": unit, title: labels[`${unit}_hint`],
    "aria-checked": String(value.unit === unit), tabindex: value.unit === unit ? 0 : -1, onclick: () => change({ unit }),
  }));
  const group = h("div", { class: "il-segmented", role: "radiogroup", "aria-label": labels.unit }, ...buttons);
  group.addEventListener("keydown", (event) => {
    arrowKeys(event, buttons, (index) => change({ unit: units[index] }));
    root().querySelector('[aria-checked="true"]').focus({ preventScroll: true });
  });
  const picker = (name, count) => {
    if (count < 2) return null;
    const node = h("select", { "aria-label": labels[name], "data-testid": name },
      h("option", { value: "", text: labels[`${name}_mean`] }),
      ...Array.from({ length: count }, (_, index) => h("option", { value: index, text: `${labels[name]} ${index + 1}` })));
    node.value = value[name] ?? "";
    node.addEventListener("change", () => change({ [name]: node.value === "" ? null : Number(node.value) }));
    return h("span", { class: "il-select" }, node);
  };
  show(group, picker("layer", value.layers), picker("head", value.heads));
};
onValue(draw);
