// One project: what it is, how far it is, who does how much.
// value: as a row of the list, and facts, open_turns, shares [{who, answered, held, skipped}], guidelines, categories, may_change, and of texts
// that annotators told something about: notes [{source, said}], noted (how many).
const figure = (value, name) => h("div", {}, h("b", { text: value }), h("span", { text: name }));
const people = (shares) => {
  const most = Math.max(1, ...shares.map((one) => one.answered));
  const line = (one) => h("tr", { "data-testid": "share" },
    h("th", { scope: "row", text: one.who, dir: "auto" }),
    h("td", { class: "il-wide" }, h("span", { class: "il-meter", "aria-hidden": "true", vars: { "--share": one.answered / most } })),
    ...[one.answered, one.held, one.skipped].map((count) => h("td", { text: count })));
  return h("table", { class: "il-table" },
    h("thead", {}, h("tr", {}, h("th", { scope: "col", text: labels.person }), h("th", { "aria-hidden": "true", class: "il-wide" }),
      ...["answered", "held", "skipped"].map((name) => h("th", { scope: "col", text: labels[name] })))),
    h("tbody", {}, ...shares.map(line)));
};
const noteOf = ({ source, said }) => h("li", { "data-testid": "note" }, h("span", { text: source, dir: "auto" }), ...said.map((text) => h("b", { text, dir: "auto" })));
const draw = () => {
  const { id, name, direction, task, each, closed, may_change, facts = [], items = 0, completed = 0, open_turns = 0, shares = [], guidelines, categories = [], notes = [], noted = 0 } = props.value || {};
  if (!id) return show();
  const share = items ? completed / items : 0;
  show(
    h("div", { class: "il-sheet-head" },
      h("div", {}, h("h2", { text: name, dir: "auto" }), closed && h("i", { class: "il-state", text: labels.closed })),
      may_change && h("button", { type: "button", class: "il-quiet il-tall", text: closed ? labels.reopen : labels.close, "data-testid": "switch-project",
        onclick: () => trigger(closed ? "reopen" : "shut") })),
    h("p", { class: "il-facts-line", text: [direction, task, each, ...facts].join(" · ") }),
    h("div", { class: "il-figures" }, figure(items, labels.texts), figure(`${Math.round(share * 100)} %`, labels.completed), figure(open_turns, labels.open_turns)),
    h("div", { class: "il-meter il-meter-wide", role: "progressbar", "aria-label": labels.completed, "aria-valuenow": Math.round(share * 100), vars: { "--share": share } }),
    guidelines && h("details", {}, h("summary", { text: labels.guidelines }), h("p", { class: "il-project-guidelines", text: guidelines, dir: "auto" })),
    categories.length && h("details", {}, h("summary", { text: labels.categories }), h("ul", { class: "il-list" }, ...categories.map((text) => h("li", { text, dir: "auto" })))),
    notes.length && h("details", { "data-testid": "notes" }, h("summary", { text: say(labels.notes, { count: noted }) }),
      h("ul", { class: "il-remarks" }, ...notes.map(noteOf)), noted > notes.length && h("p", { class: "il-empty", text: say(labels.more_notes, { count: noted - notes.length }) })),
    shares.length ? people(shares) : h("p", { class: "il-empty", text: labels.nobody }),
  );
};
onValue(draw);
