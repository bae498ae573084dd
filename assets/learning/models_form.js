// A new training: what to learn from, what that gives, options folded away. What is typed stays until it is started.
// value: open, model, snapshots [[id, name, count]], snapshot, pending, plan {parts, notes} or {problem}, problem, frozen;
// it sends `options`, `more`, `name`, `accepted_alone` with "plan", "freeze" and "start".
const field = (label, input, hint) => h("label", { class: "il-field" }, h("span", { text: label }), input, hint && h("small", { text: hint }));
const said = (name) => labels[`${name}_hint`];

const snapshot = h("select", { "aria-label": labels.snapshot, "data-testid": "training-snapshot" });
const name = h("input", { type: "text", maxlength: 100, autocomplete: "off", dir: "auto", placeholder: labels.name, "aria-label": labels.name, "data-testid": "training-name" });
const alone = h("input", { type: "checkbox", "data-testid": "accepted-alone" });
const freezing = h("form", { class: "il-freeze" }, name, h("button", { type: "submit", class: "il-quiet il-tall", text: labels.freeze, "data-testid": "freeze-training" }));
const frozenProblem = h("p", { class: "il-problem", role: "alert", hidden: true });
const newOne = h("details", { class: "il-unfold" }, h("summary", { text: labels.new_snapshot, "data-testid": "new-snapshot" }),
  h("p", { class: "il-fine", text: labels.freeze_hint }), freezing, h("label", { class: "il-toggle" }, alone, h("span", { text: labels.accepted_alone })), frozenProblem);
const plan = h("div", { class: "il-plan", "aria-live": "polite", "data-testid": "plan" });

const numbers = Object.entries(props.options || {}).map(([option, value]) => [option, h("input", { type: "number", step: "any", value, placeholder: value, name: option, "data-testid": `option-${option}` })]);
const choices = (props.choices || []).map(([option, value, all]) => {
  const select = h("select", { name: option, "data-testid": `option-${option}` }, ...all.map((one) => h("option", { value: one, text: labels[`${option}_${one}`] })));
  select.value = value;
  return [option, select];
});
const more = h("textarea", { rows: 3, spellcheck: "false", dir: "ltr", placeholder: "ewc = 1.0\nfreeze = [\"embeddings\"]", "data-testid": "option-more" });
const options = h("details", { class: "il-unfold" }, h("summary", { text: labels.options, "data-testid": "training-options" }),
  h("div", { class: "il-options" }, ...numbers.map(([option, input]) => field(labels[option], input, said(option))),
    ...choices.map(([option, select]) => field(labels[option], h("span", { class: "il-select" }, select), said(option)))),
  field(labels.more, more, labels.more_hint));
const problem = h("p", { class: "il-problem", role: "alert", hidden: true, "data-testid": "training-problem" });
const start = h("button", { type: "button", class: "il-primary il-tall", text: labels.start, "data-testid": "start-training" });

const send = (event, change = {}) => {
  const given = Object.fromEntries(numbers.map(([option, input]) => [option, Number.isNaN(input.valueAsNumber) ? null : input.valueAsNumber]));
  for (const [option, select] of choices) given[option] = select.value;
  props.value = { ...props.value, snapshot: snapshot.value, pending: false, problem: "", frozen: null, options: given, more: more.value, name: name.value, accepted_alone: alone.checked, ...change };
  trigger(event);
};
const ask = () => { plan.replaceChildren(h("p", { class: "il-fine", text: labels.counting })); start.disabled = true; send("plan", { plan: null }); };
snapshot.addEventListener("change", ask);
freezing.addEventListener("submit", (event) => { event.preventDefault(); if (name.value.trim()) send("freeze"); else name.focus(); });
start.addEventListener("click", () => { start.disabled = true; problem.hidden = true; send("start"); });

const tell = (node, words) => { node.hidden = !words; node.textContent = words || ""; };
const heading = h("h2");
const card = h("div", { class: "il-sheet-card", hidden: true }, heading,
  field(labels.snapshot, h("span", { class: "il-select" }, snapshot), labels.snapshot_hint), newOne, plan, options, problem,
  h("div", { class: "il-form-end" }, h("span", { class: "il-fine", text: labels.start_hint }), start));
const drawPlan = ({ plan: found, snapshots = [], pending }) => {
  if (pending) return;
  if (!snapshots.length) plan.replaceChildren(h("p", { class: "il-empty", text: labels.no_snapshot }));
  else if (found?.problem) plan.replaceChildren(h("p", { class: "il-problem", role: "alert", text: found.problem, "data-testid": "plan-problem" }));
  else if (found) plan.replaceChildren(countsBar(found.parts, labels.counts), h("ul", { class: "il-notes" }, ...found.notes.map(({ kind, text }) => h("li", { "data-kind": kind, text }))));
  start.disabled = !found || Boolean(found.problem);
};
show(card);
onValue(() => {
  const value = props.value || {};
  const { open, model, snapshots = [], snapshot: chosen, problem: told, frozen, pending } = value;
  card.hidden = !open;
  if (!open) return;
  heading.textContent = say(labels.title, { model });
  snapshot.replaceChildren(...snapshots.map(([id, called, count]) => h("option", { value: id, text: `${called} · ${say(labels.count, { count: count.toLocaleString("en") })}` })));
  snapshot.value = chosen || "";
  snapshot.disabled = !snapshots.length;
  if (!snapshots.length) newOne.open = true;
  tell(problem, told);
  tell(frozenProblem, frozen?.problem);
  if (frozen?.id) { name.value = ""; newOne.open = false; }
  drawPlan(value);
  if (pending) ask();
});
