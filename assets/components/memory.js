// What people corrected before: a badge where the correction stands in place of the model's words, or a suggestion
// from a text like this one. Its value: { kind, shows, text, source, alike, facts, record, choice }.
const choose = (choice) => { update({ choice }); trigger("show"); };

// The Dataset tab opens it when its list is there (records.js).
const openRecord = window.interlinear.openRecord = (id) => {
  window.interlinear.wantedRecord = id;
  [...document.querySelectorAll("#tabs [role=tab]")].find(({ dataset }) => dataset.tabId === "dataset")?.click();
};

const button = (name, act, look = "il-quiet") => h("button", { type: "button", class: look, "data-testid": `memory-${name}`, text: labels[name], onclick: act });
const facts = ({ facts: items, record }) => h("p", { class: "il-memory-facts" },
  h("span", { text: items.join(" · ") }), record && button("record", () => openRecord(record), "il-link"));

const badge = (value) => [
  h("div", { class: "il-memory-head" },
    h("span", { class: "il-badge", title: labels.badge_hint, "data-testid": "memory-badge", text: labels.badge }),
    value.shows === "correction" ? button("show_model", () => choose("model")) : button("show_correction", () => choose("correction"))),
  value.shows === "model" && h("p", { class: "il-memory-facts", role: "status", text: labels.shows_model }),
  facts(value),
];

const suggestion = (value) => [
  h("div", { class: "il-memory-head" },
    h("span", { class: "il-badge", "data-testid": "memory-like", text: labels.suggestion }),
    h("span", { class: "il-alike", title: labels.suggestion_hint, text: say(labels.alike, { share: value.alike }) })),
  h("p", { class: "il-memory-source", lang: value.source_language, dir: "auto" }, ...diffWords(value.source)),
  h("p", { class: "il-memory-text", lang: value.language, dir: "auto", "data-testid": "memory-text", text: value.text }),
  h("div", { class: "il-memory-head" },
    facts(value),
    value.shows === "correction" ? button("show_model", () => choose("model")) : button("use", () => choose("correction"))),
];

const draw = () => {
  const value = props.value;
  root().hidden = !value?.kind;
  root().dataset.kind = value?.kind || "";
  if (value?.kind) show(...(value.kind === "correction" ? badge(value) : suggestion(value)));
};
onValue(draw);
