// Both models side by side, a measure a row: intervals on a scale of the row's own, values, difference, p.
const figure = (role, kind, ...children) => h("div", { role, class: `il-fig il-fig-${kind}` }, ...children);
const measuresTable = ({ name, sentences, measures, perplexity, measure, directions }) => {
  const head = [["name", ""], ["scale", ""], ["before", labels.in_use], ["after", labels.this_one], ["difference", labels.difference], ["p", labels.p]];
  const side = (one) => [h("b", { text: one.text }), h("small", { text: `${one.low.toFixed(1)}–${one.high.toFixed(1)}` })];
  const row = (one) => h("div", { role: "row", class: "il-both", title: one.signature, "data-testid": "measure" },
    figure("rowheader", "name", h("span", { text: one.name }), one.lower_is_better && h("small", { text: labels.lower })),
    figure("cell", "scale", scale(one)),
    figure("cell", "before", ...side(one.before)), figure("cell", "after", ...side(one.after)),
    figure("cell", "difference", h("span", { class: "il-change", "data-kind": one.kind, text: one.difference })),
    figure("cell", "p", h("span", { text: one.p[0], title: labels.p_bootstrap }), h("small", { text: one.p[1], title: labels.p_random })));
  return h("section", { class: "il-both-models" },
    h("h3", {}, h("span", { text: name }), h("small", { text: say(labels.sentences, { count: sentences.toLocaleString("en") }) })),
    measures.length ? h("div", { role: "table", "aria-label": name },
      h("div", { role: "row", class: "il-both il-both-head" }, ...head.map(([kind, text]) => figure("columnheader", kind, h("span", { text })))),
      ...measures.map(row)) : h("p", { class: "il-empty", text: labels.no_set }),
    measures.length > 0 && h("p", { class: "il-fine", text: say(labels.perplexity, { before: perplexity[0], after: perplexity[1] }) }),
    directions.length > 0 && waysTable(say(labels.by_direction, { measure }), directions));
};
// The same in each direction, where there are several.
const waysTable = (title, rows) => h("div", { role: "table", "aria-label": title, class: "il-by-way" },
  h("div", { role: "row", class: "il-both il-both-head" }, ...[["name", title], ["before", labels.in_use], ["after", labels.this_one], ["difference", labels.difference]].map(([kind, text]) => figure("columnheader", kind, h("span", { text })))),
  ...rows.map((one) => h("div", { role: "row", class: "il-both", "data-testid": "direction" },
    figure("rowheader", "name", h("span", { text: one.name }), h("small", { text: say(labels.sentences, { count: one.sentences.toLocaleString("en") }) })),
    figure("cell", "before", h("b", { text: one.before })), figure("cell", "after", h("b", { text: one.after })),
    figure("cell", "difference", h("span", { class: "il-change", "data-kind": one.kind, text: one.difference }),
      h("small", { title: labels.interval_hint, text: say(labels.interval, { low: one.interval[0], high: one.interval[1] }) })))));
const scale = ({ before, after }) => {
  const low = Math.min(before.low, after.low), high = Math.max(before.high, after.high), room = (high - low) * 0.06 || 1;
  const at = (value) => `${((value - low + room) / (high - low + 2 * room)) * 100}%`;
  const lane = (kind, { low: from, high: to, value }) => h("span", { class: "il-lane", "data-side": kind },
    h("i", { vars: { left: at(from), right: `calc(100% - ${at(to)})` } }), h("b", { vars: { left: at(value) } }));
  return h("span", { class: "il-span-scale", "aria-hidden": "true" }, lane("before", before), lane("after", after));
};
