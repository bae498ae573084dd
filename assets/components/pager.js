// Previous and next.
const draw = () => {
  const { page = 1, pages = 1, summary = "" } = props.value || {};
  const turn = (to) => { update({ page: to }); trigger("turn"); };
  const button = (name, to, allowed) => h("button", {
    type: "button", class: "il-quiet", text: labels[name], "data-testid": name, disabled: !allowed, onclick: () => turn(to),
  });
  root().hidden = !summary;
  show(h("span", { text: summary, role: "status" }), pages > 1 && h("span", { class: "il-turn" },
    button("previous", page - 1, page > 1), button("next", page + 1, page < pages)));
};
onValue(draw);
