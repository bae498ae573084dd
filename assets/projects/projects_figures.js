// The slice that chance chose beside the rest, agreement, trust. They come after the project itself: it asks for them.
// value: selected and `pending`, or slices, agreement [{name, value, bounds, means}], raters [...],
// systems [{name, ratings, mean, z}].
const slice = (name, one, value) => h("div", { class: "il-slice", "data-slice": name, "data-testid": `slice-${name}` },
  h("h4", { text: labels[name] }),
  h("p", {}, h("b", { text: one.mean }), one.margin && h("span", { text: say(labels.margin, { margin: one.margin }) })),
  h("small", { text: `${value} · ${say(labels.answers, { count: one.answers })}` }),
  h("small", { text: labels[`${name}_means`] }));
const slices = ({ slices: both, slice_name }) => both && h("section", {}, h("h3", { text: labels.slices }),
  h("div", { class: "il-slices" }, slice("control", both.control, slice_name), slice("active", both.active, slice_name)));
const agreement = ({ agreement: rows = [], shared = 0 }) => h("section", { "data-testid": "agreement" }, h("h3", { text: labels.agreement }),
  h("p", { class: "il-told", text: shared === 0 ? labels.alone : shared === 1 ? labels.shared_one : say(labels.shared, { count: shared }) }),
  rows.length > 0 && h("dl", { class: "il-agreement" }, ...rows.map((one) => h("div", {},
    h("dt", { text: one.name }), h("dd", { class: "il-value" }, h("b", { text: one.value }), one.bounds && h("small", { text: one.bounds })), h("dd", { text: one.means })))));
const trust = ({ raters = [], mean_name }) => raters.length && h("section", {}, h("h3", { text: labels.trust }), h("p", { class: "il-told", text: labels.trust_means }),
  h("table", { class: "il-table" },
    h("thead", {}, h("tr", {}, ...[labels.person, labels.answered, mean_name && labels[mean_name], labels.checks, labels.own, labels.weight].filter(Boolean).map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, ...raters.map((one) => h("tr", { "data-testid": "rater" },
      h("th", { scope: "row", text: one.who, dir: "auto" }), h("td", { text: one.answers }), mean_name && h("td", { text: one.mean }),
      h("td", { text: one.known ? say(labels.passed, one) : "–" }), h("td", { text: one.own }),
      h("td", {}, h("b", { text: one.trust })))))));
const systems = ({ systems: rows = [] }) => rows.length && h("section", { "data-testid": "systems" }, h("h3", { text: labels.systems }), h("p", { class: "il-told", text: labels.systems_means }),
  h("table", { class: "il-table il-systems" },
    h("thead", {}, h("tr", {}, ...[labels.system, labels.ratings, labels.mean_rating, labels.mean_z].map((text) => h("th", { scope: "col", text })))),
    h("tbody", {}, ...rows.map((one) => h("tr", {},
      h("th", { scope: "row", text: one.name, dir: "auto" }), h("td", { text: one.ratings }), h("td", { text: one.mean }), h("td", {}, h("b", { text: one.z })))))));
const draw = () => {
  const value = props.value || {};
  if (!value.selected) return show();
  if (value.pending) {
    show(h("p", { class: "il-told", role: "status", text: labels.measuring }));
    return trigger("measure");
  }
  if (!value.answers) return show(h("p", { class: "il-empty", text: labels.nothing }));
  show(slices(value), systems(value), agreement(value), trust(value));
};
onValue(draw);
