// The "Export" button and its dialog: what to take and in which format; below it the snapshots, and a new one.
// Value: `snapshots` [{id, name, count, beside, when}], `projects` [{id, name}] whose ratings can be taken; it sends `kind`
// and `snapshot` or `project` with "export", `name` and `judgements` with "freeze".
const KINDS = ["jsonl", "csv", "tsv", "tmx", "parquet", "preferences", "ratings", "judgements", "card"];
const RATING_KINDS = ["esa", "mqm"];

const what = h("select", { "aria-label": labels.what, "data-testid": "export-what" });
const kindsOf = (group, names) => h("fieldset", {}, h("legend", { text: labels.format }), ...names.map((name) =>
  h("label", { class: "il-kind" },
    h("input", { type: "radio", name: group, value: name, checked: name === names[0], "data-testid": `kind-${name}` }),
    h("b", { text: labels[name] }), h("span", { text: labels[`${name}_hint`] }))));
const kinds = kindsOf("export-kind", KINDS), ratingKinds = kindsOf("rating-kind", RATING_KINDS);
const download = h("button", { type: "button", class: "il-primary", text: labels.download, "data-testid": "download" });
const close = h("button", { type: "button", class: "il-quiet", text: labels.close, "data-testid": "close-export" });

const name = h("input", { type: "text", maxlength: 100, placeholder: labels.name, "aria-label": labels.name, "data-testid": "snapshot-name", dir: "auto" });
const freeze = h("button", { type: "submit", class: "il-quiet", text: labels.freeze, "data-testid": "freeze" });
const making = h("form", { class: "il-freeze" }, name, freeze);
const judgements = h("input", { type: "checkbox", "data-testid": "freeze-judgements" });
const withThem = h("label", { class: "il-beside" }, judgements, h("span", { text: labels.with_judgements }));
const list = h("ul", { class: "il-snapshots" });

const dialog = h("dialog", { class: "il-dialog il-export-dialog", "aria-label": labels.title },
  h("h2", { text: labels.title }),
  h("span", { class: "il-select" }, what), kinds, ratingKinds,
  h("div", { class: "il-turn" }, close, download),
  h("h2", { text: labels.snapshots }), h("p", { text: labels.snapshots_hint }), making, withThem, list);

const send = (change, event) => {
  dialog.close();
  update(change);
  trigger(event);
};
// The options of snapshots have their id as value, those of projects stand in a group of their own.
const chosenProject = () => what.selectedOptions[0]?.dataset.project || "";
const chooseKinds = () => {
  kinds.hidden = !!chosenProject();
  ratingKinds.hidden = !chosenProject();
};
what.addEventListener("change", chooseKinds);
download.addEventListener("click", () => {
  const project = chosenProject();
  const kind = (project ? ratingKinds : kinds).querySelector(":checked").value;
  send({ kind, project, snapshot: project ? "" : what.value }, "export");
});
making.addEventListener("submit", (event) => {
  event.preventDefault();
  if (name.value.trim()) send({ name: name.value.trim(), judgements: judgements.checked }, "freeze");
  else name.focus();
});
close.addEventListener("click", () => dialog.close());
// What is outside the dialog's box counts as the dialog itself.
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

const held = (count, beside) => say(beside ? labels.count_beside : labels.count, { count, beside });
const line = ({ id, name: called, count, beside, when }) => h("li", { "data-testid": "snapshot" },
  h("b", { text: called, dir: "auto" }), h("span", { text: held(count, beside) }),
  h("code", { text: id.slice(0, 12), title: id }), h("span", { text: when }));
const draw = () => {
  const { snapshots = [], projects = [] } = props.value || {};
  const chosen = what.value;
  const rated = projects.map(({ id, name: called }) => h("option", { value: `ratings ${id}`, "data-project": id, text: called }));
  what.replaceChildren(h("option", { value: "", text: labels.search }),
    ...snapshots.map(({ id, name: called, count, beside }) => h("option", { value: id, text: `${called} · ${held(count, beside)}` })),
    ...(rated.length ? [h("optgroup", { label: labels.of_project }, ...rated)] : []));
  what.value = [...what.options].some(({ value }) => value === chosen) ? chosen : "";
  chooseKinds();
  list.replaceChildren(...(snapshots.length ? snapshots.map(line) : [h("li", { class: "il-empty", text: labels.none })]));
};
show(h("button", {
  type: "button", class: "il-quiet il-tall", text: labels.open, "aria-haspopup": "dialog",
  "data-testid": "show-export", onclick: () => dialog.showModal(),
}), dialog);
onValue(draw);
