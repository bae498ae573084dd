// Search box and filters of the dataset. Typing waits a moment before it asks the server.
let waiting;
const tell = (change, wait = 0) => {
  update(change);
  clearTimeout(waiting);
  waiting = setTimeout(() => trigger("search"), wait);
};
const select = (name, first, choices) => {
  const node = h("select", { "aria-label": labels[name], "data-testid": `filter-${name}` }, h("option", { value: "", text: first }),
    ...choices.map(([value, text]) => h("option", { value, text })));
  node.value = props.value[name] || "";
  node.addEventListener("change", () => tell({ [name]: node.value }));
  return h("span", { class: "il-select" }, node);
};
const draw = () => {
  const search = h("input", { type: "search", placeholder: labels.placeholder, "aria-label": labels.placeholder, "data-testid": "search", dir: "auto" });
  search.value = props.value.text || "";
  search.addEventListener("input", () => tell({ text: search.value }, 250));
  search.addEventListener("keydown", (event) => { if (event.key === "Enter") tell({ text: search.value }); });
  show(search, select("direction", labels.any_direction, props.directions || []), select("verdict", labels.any_verdict, props.verdicts || []), select("status", labels.any_status, props.statuses || []));
};
draw();
