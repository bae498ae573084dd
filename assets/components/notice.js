// One sentence for a person, and at most one thing to do about it.
const draw = () => {
  const { kind = "", text = "", action = "" } = props.value || {};
  const box = root();
  box.hidden = !text;
  box.dataset.kind = kind;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  show(h("span", { text }), action && h("button", { type: "button", text: action, "data-testid": "notice-action", onclick: () => trigger("act") }));
};
onValue(draw);
