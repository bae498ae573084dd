// What people say of the translations that changed, not knowing which model wrote which; an admin sends them there.
// trial: {sent, people, judged, p, rows [{name, better, equal, worse}], most, most_people}; gives `send` {at_most, annotators}.
const numberField = (name, label, value, max) => {
  const input = h("input", { type: "number", min: 1, max, value, required: true, "data-testid": `trial-${name}` });
  return [h("label", {}, h("span", { text: label }), input), input];
};
const sendForm = (trial, send) => {
  const [many, atMost] = numberField("at-most", labels.trial_at_most, Math.min(trial.most, 100), trial.most);
  const [each, annotators] = numberField("annotators", labels.trial_annotators, 1, trial.most_people);
  const form = h("form", { class: "il-trial-form" }, many, each,
    h("button", { type: "submit", class: "il-quiet il-tall", text: labels[trial.sent ? "trial_send_more" : "trial_send"], "data-testid": "trial-send" }));
  form.addEventListener("submit", (event) => { event.preventDefault(); send({ at_most: atMost.valueAsNumber, annotators: annotators.valueAsNumber }); });
  return form;
};
const trialRow = (row) => h("li", { "data-testid": "trial-row" }, h("span", { text: row.name }),
  h("div", { class: "il-tally", "aria-hidden": "true" }, ...["worse", "equal", "better"].map((kind) => h("i", { "data-outcome": kind, vars: { "flex-grow": row[kind] } }))),
  h("span", { class: "il-trial-counts" }, ...["worse", "equal", "better"].map((kind) => h("span", { "data-outcome": kind, text: `${labels[kind]} ${row[kind].toLocaleString("en")}` }))));
const trialCard = ({ trial, may_act }, send) => h("section", { class: "il-sheet-card", "data-testid": "trial" }, h("h3", { text: labels.trial }),
  h("p", { class: "il-fine", text: labels.trial_hint }),
  trial.sent > 0 && h("p", { "data-testid": "trial-state", text: say(labels[trial.judged ? "trial_state" : "trial_waits"], trial) }),
  trial.rows.length > 0 && h("ul", { class: "il-trial-rows" }, ...trial.rows.map(trialRow)),
  trial.p && h("p", { class: "il-fine", text: say(labels.trial_p, trial) }),
  may_act && sendForm(trial, send));
