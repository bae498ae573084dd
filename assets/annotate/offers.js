// The projects that are open to the person, one card each; where there are none, what can be done about it.
const annotate = window.interlinear.annotate;

const bar = ({ completed, items }) => h("div", {
  class: "il-far", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": items, "aria-valuenow": completed,
  "aria-label": labels.progress, vars: { "--share": items ? completed / items : 0 },
});
const card = (row) => h("li", { class: "il-offer card", "data-testid": "project" },
  h("h3", { text: row.name, dir: "auto" }),
  h("p", { class: "il-offer-what" }, h("span", { text: row.direction }), h("span", { class: "il-offer-task", "data-task": row.task, text: row.task_name })),
  bar(row),
  h("p", { class: "il-offer-done" },
    h("span", { text: say(labels.whole, { completed: row.completed, items: row.items }) }),
    h("span", { text: say(labels.mine, { count: row.mine }) })),
  h("button", {
    type: "button", class: "il-primary", "data-testid": "start-project", "data-project": row.id, disabled: row.items === 0,
    text: row.items === 0 ? labels.no_items : row.mine || row.held ? labels.go_on : labels.start,
    "aria-label": `${row.mine || row.held ? labels.go_on : labels.start}: ${row.name}`,
    onclick: () => annotate.ask.start({ project: row.id }),
  }));

// How a project is made: on the Projects tab where there is one (on a phone it is in a menu), or on the command line.
const toProjects = () => [...document.querySelectorAll("#tabs > .tab-wrapper button[role=tab], #tabs .overflow-dropdown button")].find((tab) => tab.textContent.trim() === labels.projects_tab);
const nobody = (kind) => {
  const tab = kind === "admin" && toProjects();
  return h("div", { class: "il-no-offer card", "data-testid": "no-projects" },
    h("h3", { text: labels[`${kind}_title`] }),
    h("p", { text: labels[`${kind}_how`] }),
    tab && h("button", { type: "button", class: "il-primary", text: labels.to_projects, onclick: () => tab.click() }),
    kind === "admin" && h("pre", {}, h("code", { text: labels.admin_command })));
};

const draw = () => {
  const { rows, nobody: kind } = props.value || {};
  if (!rows) return;
  show(rows.length ? h("ul", { class: "il-offer-list" }, ...rows.map(card)) : nobody(kind || "annotator"));
};
onValue(draw);
