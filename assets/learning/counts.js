// What becomes of the records of a snapshot, as one bar with its legend. parts: [{part, name, count}].
const countsBar = (parts, title) => {
  const all = parts.reduce((sum, one) => sum + one.count, 0);
  return h("figure", { class: "il-counts", "data-testid": "counts" },
    h("figcaption", { text: say(title, { count: all }) }),
    h("div", { class: "il-counts-bar", "aria-hidden": "true" }, ...parts.filter((one) => one.count).map(({ part, count }) => h("i", { "data-part": part, vars: { "flex-grow": count } }))),
    h("ul", {}, ...parts.map(({ part, name, count }) => h("li", { "data-part": part, "data-testid": `part-${part}` }, h("b", { text: count.toLocaleString("en") }), h("span", { text: name })))));
};
