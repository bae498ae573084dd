// One sentence for a person, the program's own words in English where that is another language, and at most one thing to do.
const draw = () => {
  const { kind = "", text = "", detail = "", action = "" } = props.value || {};
  const box = root();
  box.hidden = !text;
  box.dataset.kind = kind;
  box.setAttribute("role", kind === "error" ? "alert" : "status");
  show(h("span", {}, h("span", { text }), detail && h("span", { class: "il-detail", lang: "en", text: detail })), action && h("button", { type: "button", text: action, "data-testid": "notice-action", onclick: () => trigger("act") }));
};
onValue(draw);
