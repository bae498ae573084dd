// What awaits review: filters, rows, pages. J and K, or the arrows, walk through it.
// value: query {kind, status, project}, projects [[id, name]], rows [{id, source, who, when, count, flag, note}], selected, page, pages, summary.
const pick = (id) => {
  update({ selected: id });
  draw();
  trigger("pick");
  // On a phone the text is below the queue.
  if (window.innerWidth <= 860) document.querySelector("#item-card")?.scrollIntoView({ block: "start", behavior: "smooth" });
};
// What was chosen last holds: the answer to something before it, which may come late, is not shown, and it is asked anew.
let wanted = null;
const ask = (change) => {
  update({ ...change, selected: null });
  const { query, page } = props.value;
  wanted = { query, page };
  trigger("search");
};
const take = () => {
  const { query } = props.value || {};
  const isWanted = !query || !wanted || Object.entries(wanted.query).every(([name, chosen]) => query[name] === chosen);
  if (isWanted) draw();
  else ask(wanted);
};
const select = (name, choices) => {
  const { query = {} } = props.value || {};
  const node = h("select", { "aria-label": labels[name], "data-testid": `queue-${name}` }, ...choices.map(([value, text]) => h("option", { value, text })));
  node.value = query[name] || choices[0][0];
  node.addEventListener("change", () => ask({ query: { ...props.value.query, [name]: node.value }, page: 1 }));
  return h("span", { class: "il-select" }, node);
};
const named = (...names) => names.map((name) => [name, labels[name]]);
const row = (one, selected) => h("button", {
  type: "button", class: "il-waiting", "data-testid": "awaiting", "data-id": one.id, "aria-pressed": String(one.id === selected), onclick: () => pick(one.id),
},
h("span", { class: "il-waiting-source", text: one.source, dir: "auto" }),
h("span", { class: "il-waiting-meta" }, one.flag && h("i", { text: labels.flagged, title: one.flag }), h("span", { text: one.who }),
  one.count > 1 && h("b", { text: `× ${one.count}` }), h("span", { text: one.note }), h("span", { text: one.when })));
const pager = ({ page, pages, summary }) => h("div", { class: "il-queue-pages" }, h("span", { text: summary }),
  pages > 1 && h("span", { class: "il-turn" },
    h("button", { type: "button", class: "il-quiet", text: labels.previous, disabled: page <= 1, onclick: () => ask({ page: page - 1 }) }),
    h("button", { type: "button", class: "il-quiet", text: labels.next, disabled: page >= pages, onclick: () => ask({ page: page + 1 }) })));
const rowsOf = () => root().querySelector(".il-queue-rows");
// The chosen row in sight, and the focus with it if it was in the list.
const follow = (top, focused) => {
  const list = rowsOf(), row = list?.querySelector("[aria-pressed=true]");
  if (!list) return;
  list.scrollTop = top;
  if (!row) return;
  const from = row.offsetTop - list.offsetTop, to = from + row.offsetHeight - list.clientHeight;
  list.scrollTop = Math.max(to, Math.min(from, list.scrollTop));
  if (focused) row.focus({ preventScroll: true });
};
const draw = () => {
  const { query, projects = [], rows = [], selected, summary } = props.value || {};
  if (!query) return show();
  const top = rowsOf()?.scrollTop || 0, focused = Boolean(rowsOf()?.contains(document.activeElement));
  show(
    h("div", { class: "il-queue-head" }, h("h2", { text: labels.title }),
      h("div", { class: "il-queue-filters" }, select("kind", named("correction", "rating", "comparison")), select("status", named("submitted", "quarantined")),
        select("project", [["", labels.any_project], ...projects]))),
    rows.length ? h("div", { class: "il-queue-rows" }, ...rows.map((one) => row(one, selected))) : h("p", { class: "il-empty", text: labels.empty }),
    summary && pager(props.value),
  );
  follow(top, focused);
};
const step = (by) => {
  const { rows = [], selected } = props.value || {};
  const at = rows.findIndex((one) => one.id === selected);
  const next = rows[at < 0 ? 0 : at + by];
  if (next) pick(next.id);
  return true;
};
onLetters((key) => ({ j: () => step(1), ArrowDown: () => step(1), k: () => step(-1), ArrowUp: () => step(-1) })[key]?.());
onValue(take);
