// My last answers in the project, the newest first; one is opened to be changed, which adds a revision.
const open = (id) => annotate.ask.open({ project: annotate.project, answer: id });
const line = (row) => h("li", {}, h("button", { type: "button", class: "il-answer", "data-testid": "answer", onclick: () => open(row.id) },
  h("span", { class: "il-source", dir: "auto", text: row.source }),
  h("span", { class: "il-answered", dir: "auto", text: row.said }),
  (row.note || row.set_aside) && h("span", { class: "il-meta" },
    row.note && h("span", { text: row.note }), row.set_aside && h("span", { class: "il-aside", text: labels.set_aside }))));
const draw = () => {
  const { rows = [] } = props.value || {};
  // Under the desk, as on a phone, they are one line until one wants them.
  const details = h("details", { class: "card", open: window.innerWidth > 1100 || root().querySelector("details")?.open },
    h("summary", {}, h("h2", { text: labels.title }), h("span", { class: "il-number-of", text: rows.length })),
    rows.length ? h("ol", { class: "il-answers" }, ...rows.map(line)) : h("p", { class: "il-empty", text: labels.empty }),
    rows.length > 0 && action("take_back", "Alt+Z", () => annotate.back()));
  show(details);
};
onValue(draw);
