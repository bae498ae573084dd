// A version: the gate's verdict, both sets beside production, every translation that changed, where it comes from.
// value: id, model, name, alias, alias_word, verdict, refused, stale, may_act, conditions, warnings, doubts, sets, changes, trial, counts, facts, page;
// it sends `asked` {set, outcome, page} with "sift", `reason` with "promote", `send` with "trial", and gets `page` after "print".
const MARKS = { passed: "✓", failed: "✗", unknown: "?" };
const MIN_REASON_CHARS = 10;
let typed = {};
let waiting = null, shown = "";

const heading = ({ alias, verdict, stale }) => labels[alias === "production" ? "is_production" : verdict === "none" ? "no_report" : stale ? "stale" : verdict];
const promote = (reason) => { update({ reason, page: "" }); trigger("promote"); };
const override = (value) => {
  const area = h("textarea", { rows: 2, maxlength: 1000, dir: "auto", "aria-label": labels.reason, placeholder: labels.reason, "data-testid": "reason" });
  const go = h("button", { type: "button", class: "il-quiet il-tall il-danger", text: labels.promote_anyway, "data-testid": "promote-anyway", onclick: () => promote(area.value) });
  area.value = typed[value.id] || "";
  const check = () => { typed[value.id] = area.value; go.disabled = area.value.trim().length < MIN_REASON_CHARS; };
  area.addEventListener("input", check);
  check();
  return h("details", { class: "il-unfold il-override", open: Boolean(area.value) }, h("summary", { text: labels.override, "data-testid": "override" }), h("p", { class: "il-fine", text: labels.override_hint }), area, h("div", { class: "il-form-end" }, go));
};
const verdict = (value) => h("div", { class: "il-gate", "data-verdict": value.alias === "production" ? "production" : value.stale ? "refused" : value.verdict, "data-testid": "gate" },
  h("div", { class: "il-gate-head" }, h("h3", { text: heading(value) }),
    value.may_act && value.alias !== "production" && !value.refused && h("button", { type: "button", class: "il-primary il-tall", text: labels.promote, "data-testid": "promote", onclick: () => promote("") })),
  value.conditions.length > 0 && h("ul", {}, ...value.conditions.map((one) => h("li", { "data-state": one.state, "data-testid": `condition-${one.state}` },
    h("b", { "aria-hidden": "true", text: MARKS[one.state] }), h("span", {}, h("strong", { text: say(labels.condition, { name: one.name, state: one.state_word }) }), h("span", { text: one.text }), one.advice && h("span", { class: "il-advice", text: one.advice, "data-testid": "advice" })))),
    ...value.warnings.map((text) => h("li", { "data-state": "unknown", "data-testid": "verdict-warning" }, h("b", { "aria-hidden": "true", text: "!" }), h("span", { text })))),
  value.may_act && value.alias !== "production" && value.refused && override(value));
const links = ({ id, model }) => h("div", { class: "il-links" },
  h("button", { type: "button", class: "il-quiet il-tall", text: labels.print, "data-testid": "report-page", onclick: () => { waiting = window.open("", "_blank"); update({ page: "" }); trigger("print"); } }),
  h("a", { class: "il-quiet il-tall", href: `${props.api}/models/${encodeURIComponent(model)}/versions/${encodeURIComponent(id)}/report`, download: `report-${id}.json`, text: labels.json, "data-testid": "report-json" }));

const sift = (change) => { const { set, outcome, page } = props.value.changes; update({ page: "", asked: { set, outcome, page, ...change } }); trigger("sift"); };
const segmented = (label, name, items, chosen) => {
  const buttons = items.map(([value, text]) => h("button", { type: "button", role: "radio", "aria-checked": String(value === chosen), tabindex: value === chosen ? 0 : -1, text, "data-testid": `${name}-${value || "all"}`, onclick: () => sift({ [name]: value, page: 1 }) }));
  return h("div", { class: "il-segmented", role: "radiogroup", "aria-label": label, onkeydown: (event) => arrowKeys(event, buttons, (place) => sift({ [name]: items[place][0], page: 1 })) }, ...buttons);
};
const change = (one) => h("li", { class: "il-reworded", "data-outcome": one.outcome, "data-testid": "changed" },
  h("span", { class: "il-gain", title: labels.gain, text: one.gain }),
  h("div", {}, h("p", { class: "il-reworded-edits", lang: one.target_language, dir: "auto" }, ...diffWords(one.edits)),
    h("dl", {}, h("dt", { text: labels.source }), h("dd", { text: one.source, lang: one.source_language, dir: "auto" }), h("dt", { text: labels.reference }), h("dd", { text: one.reference, lang: one.target_language, dir: "auto" }))));
const changes = ({ changes: found }) => {
  const { counts } = found, part = (kind) => h("i", { "data-outcome": kind, vars: { "flex-grow": counts[kind] || 0 } });
  const outcomes = [["", labels.all, counts.total], ...["worse", "equal", "better"].map((kind) => [kind, labels[kind], counts[kind]])];
  return h("section", { class: "il-sheet-card", "data-testid": "changes" },
    h("div", { class: "il-sheet-head" }, h("h3", { text: labels.changes }),
      segmented(labels.which_set, "set", [["held_out", labels.held_out], ["general", labels.general]], found.set)),
    h("p", { class: "il-fine", text: say(labels.changed, { count: (counts.total || 0).toLocaleString("en"), all: found.sentences.toLocaleString("en") }) }),
    counts.total > 0 && h("div", { class: "il-tally", "aria-hidden": "true" }, part("worse"), part("equal"), part("better")),
    counts.total > 0 && segmented(labels.which_outcome, "outcome", outcomes.map(([value, text, count]) => [value, `${text} ${(count || 0).toLocaleString("en")}`]), found.outcome),
    h("ol", { class: "il-rewordings" }, ...found.rows.map(change)),
    found.pages > 1 && h("div", { class: "il-queue-pages" }, h("span", { text: say(labels.page, found) }), h("span", { class: "il-turn" },
      h("button", { type: "button", class: "il-quiet", text: labels.previous, disabled: found.page <= 1, onclick: () => sift({ page: found.page - 1 }) }),
      h("button", { type: "button", class: "il-quiet", text: labels.next, disabled: found.page >= found.pages, "data-testid": "changes-next", onclick: () => sift({ page: found.page + 1 }) }))));
};
const origin = ({ facts, counts }) => h("section", { class: "il-sheet-card", "data-testid": "lineage" }, h("h3", { text: labels.origin }),
  counts.length > 0 && countsBar(counts, labels.counts),
  h("dl", { class: "il-lineage" }, ...facts.flatMap(({ name, value }) => [h("dt", { text: name }), h("dd", { text: value, dir: "auto" })])));
const draw = () => {
  const value = props.value || {};
  if (!value.id) return show();
  show(
    h("section", { class: "il-sheet-card" },
      h("div", { class: "il-sheet-head" }, h("div", {}, h("h2", { text: value.name, dir: "auto" }), value.alias && h("i", { class: "il-alias", "data-alias": value.alias, text: value.alias_word })),
        value.verdict !== "none" && links(value)),
      verdict(value)),
    value.doubts && doubtsCard(value.doubts, value.id),
    value.sets.length > 0 && h("section", { class: "il-sheet-card" }, ...value.sets.map(measuresTable), h("p", { class: "il-fine", text: labels.fine })),
    value.changes && changes(value),
    value.trial && trialCard(value, (send) => { update({ send, page: "" }); trigger("trial"); }),
    origin(value),
  );
  if (value.page && value.page !== shown && waiting) waiting.location = URL.createObjectURL(new Blob([value.page], { type: "text/html" }));
  shown = value.page || "";
};
onValue(draw);
