// The projects as a list of buttons.
// value: rows [{id, name, direction, task, each, items, completed, people, closed}], selected, may_add.
const draw = () => {
  const { rows = [], selected = null, may_add } = props.value || {};
  const open = (id) => {
    update({ selected: id });
    draw();
    trigger("pick");
    // On a phone the project is below the list.
    if (window.innerWidth <= 860) document.querySelector("#project-card")?.scrollIntoView({ block: "start", behavior: "smooth" });
  };
  const share = ({ items, completed }) => (items ? completed / items : 0);
  const row = (one) => h("button", {
    type: "button", class: "il-project", "data-testid": "lead-project", "data-id": one.id,
    "aria-pressed": String(one.id === selected), onclick: () => open(one.id),
  },
  h("span", { class: "il-project-name" }, h("b", { text: one.name, dir: "auto" }), one.closed && h("i", { text: labels.closed })),
  h("span", { class: "il-project-meta", text: [one.direction, one.task, one.each].join(" · ") }),
  h("span", { class: "il-meter", "aria-hidden": "true", vars: { "--share": share(one) } }),
  h("span", { class: "il-project-meta il-project-count" },
    h("span", { text: one.items ? say(labels.done, { done: one.completed, all: one.items }) : labels.empty }),
    h("span", { text: say(labels.people, { count: one.people }) }),
    h("span", { text: `${Math.round(share(one) * 100)} %` })));
  show(
    h("div", { class: "il-projects-head" }, h("h2", { text: labels.title }),
      may_add && h("button", { type: "button", class: "il-quiet il-tall", text: labels.new, "aria-haspopup": "dialog", "data-testid": "new-project",
        onclick: () => document.dispatchEvent(new Event("interlinear:new-project")) })),
    rows.length ? h("div", { class: "il-projects" }, ...rows.map(row))
      : h("div", { class: "il-empty" }, h("p", { text: labels.none }), h("p", { text: labels.none_hint })),
  );
};
onValue(draw);
// A file came over HTTP: what it added is looked at anew.
document.addEventListener("interlinear:project-grew", () => { if (element.isConnected) trigger("pick"); });
