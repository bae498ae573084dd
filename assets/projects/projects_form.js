// The dialog of a new project; what is typed stays until the project is made.
// It sends all fields with "create" and gets `made`, or `problem` to show beside them.
const field = (name, input, hint) => h("label", { class: "il-field" }, h("span", { text: labels[name] }), input, hint && h("small", { text: hint }));
const number = (name, value, limits) => h("input", { type: "number", name, value, required: true, "data-testid": `project-${name}`, ...limits });
const area = (name) => h("textarea", { name, rows: 3, maxlength: 1000, dir: "auto", "data-testid": `project-${name}` });

const name = h("input", { type: "text", name: "name", maxlength: 100, required: true, autofocus: true, autocomplete: "off", dir: "auto", "data-testid": "project-name" });
const direction = h("select", { name: "direction", "data-testid": "project-direction" },
  ...(props.directions || []).map(([value, text]) => h("option", { value, text })));
const task = ([value, text], place) => h("label", { class: "il-task" },
  h("input", { type: "radio", name: "task", value, checked: place === 0, "data-testid": `task-${value}` }),
  h("b", { text }), h("span", { text: labels[`${value}_hint`] }));
const tasks = h("fieldset", {}, h("legend", { text: labels.task }), ...(props.tasks || []).map(task));
const premark = h("label", { class: "il-toggle" }, h("input", { type: "checkbox", name: "premark", checked: true }), h("span", { text: labels.premark }));
const ofRating = h("div", { class: "il-of-rating", hidden: true }, field("categories", area("categories"), labels.categories_hint), premark);
const problem = h("p", { class: "il-problem", role: "alert", hidden: true, "data-testid": "project-problem" });
const make = h("button", { type: "submit", class: "il-primary", text: labels.make, "data-testid": "make-project" });
const cancel = h("button", { type: "button", class: "il-quiet", text: labels.cancel, onclick: () => dialog.close() });
const form = h("form", {}, field("name", name), field("direction", h("span", { class: "il-select" }, direction)), tasks,
  h("div", { class: "il-numbers" },
    field("annotators", number("annotators", 2, { min: 1, max: 50 })),
    field("control", number("control_percent", 20, { min: 0, max: 100 }), labels.control_hint),
    field("lease", number("lease_minutes", 30, { min: 1, max: 10080 }), labels.lease_hint)),
  ofRating, field("guidelines", area("guidelines"), labels.guidelines_hint), h("p", { class: "il-told", text: labels.gold_hint }),
  problem, h("div", { class: "il-form-end" }, cancel, make));
const dialog = h("dialog", { class: "il-dialog il-project-dialog", "aria-label": labels.title }, h("h2", { text: labels.title }), form);

const chosen = () => form.querySelector("[name=task]:checked")?.value || "";
form.addEventListener("change", () => { ofRating.hidden = chosen() !== "rating"; });
form.addEventListener("submit", (event) => {
  event.preventDefault();
  const texts = Object.fromEntries(["name", "direction", "categories", "guidelines"].map((one) => [one, form.elements[one].value]));
  const numbers = Object.fromEntries(["annotators", "control_percent", "lease_minutes"].map((one) => [one, form.elements[one].valueAsNumber]));
  make.disabled = true;
  problem.hidden = true;
  props.value = { ...texts, ...numbers, task: chosen(), premark: form.elements.premark.checked };
  trigger("create");
});
// What is outside the dialog's box counts as the dialog itself.
dialog.addEventListener("pointerdown", (event) => { if (event.target === dialog) dialog.close(); });
document.addEventListener("interlinear:new-project", () => { if (element.isConnected) dialog.showModal(); });

show(dialog);
onValue(() => {
  const { made, problem: told } = props.value || {};
  make.disabled = false;
  problem.hidden = !told;
  problem.textContent = told || "";
  if (!made) return;
  form.reset();
  ofRating.hidden = true;
  dialog.close();
});
