// The box in which a reviewer writes, and the question why something is rejected. What is typed stays with its text, in this
// browser, until it is accepted: {id, number, mode, text} by the name of the draft.
const stored = window.interlinear.annotate.drafts;
const drafts = new Map(); // where the browser cannot store any
const draftOf = (name) => drafts.get(name) || stored.read(name);
const keepDraft = (name, draft) => { drafts.set(name, draft); stored.write(name, draft); };
const dropDraft = (name) => { drafts.delete(name); stored.drop(name); };

const editorOf = (value, send) => {
  const draft = draftOf(value.draft);
  if (!draft) return null;
  const version = value.versions.find((one) => one.id === draft.id);
  const open = Boolean(version?.awaits && version.may_decide);
  const leave = () => { dropDraft(value.draft); value.redraw(); };
  const box = h("textarea", { rows: 3, dir: "auto", lang: value.target_language, class: "il-review-text", "aria-label": say(labels[`${draft.mode}_title`], draft), "data-testid": "review-text" });
  box.value = draft.text;
  box.addEventListener("input", () => { draft.text = box.value; keepDraft(value.draft, draft); });
  const save = () => { if (open && box.value.trim()) send(version, { text: box.value }); };
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); event.stopPropagation(); save(); }
    if (event.key === "Escape") { event.preventDefault(); leave(); }
  });
  return h("div", { class: "il-review-editor" },
    h("h3", { text: say(labels[`${draft.mode}_title`], draft) }), !open && h("p", { class: "il-gone", role: "status", text: labels.gone }), box,
    h("div", { class: "il-form-end" }, h("button", { type: "button", class: "il-quiet il-tall", text: labels.cancel, onclick: leave }),
      h("button", { type: "button", class: "il-primary", text: labels.save, disabled: !open, "data-testid": "accept-text", onclick: save })));
};
const focusEditor = () => {
  const box = root().querySelector(".il-review-text");
  box?.focus();
  box?.setSelectionRange(box.value.length, box.value.length);
};

const why = h("input", { type: "text", maxlength: 1000, dir: "auto", placeholder: labels.reason, "aria-label": labels.reason, "data-testid": "reason" });
const told = h("p", { class: "il-gone", role: "alert", hidden: true, text: labels.no_reason });
const form = h("form", {},
  h("div", { class: "il-stock" }, ...(props.reasons || []).map((text, place) => h("button", {
    type: "button", "data-testid": "stock-reason", onclick: () => { why.value = text; why.focus(); },
  }, h("kbd", { text: place + 1 }), h("span", { text })))),
  why, told,
  h("div", { class: "il-form-end" }, h("button", { type: "button", class: "il-quiet il-tall", text: labels.cancel, onclick: () => dialog.close() }),
    h("button", { type: "submit", class: "il-primary il-danger", text: labels.reject, "data-testid": "reject-now" })));
const dialog = h("dialog", { class: "il-dialog il-reject-dialog", "aria-label": labels.reject_title }, h("h2", { text: labels.reject_title }), form);
let rejecting = null;
const askWhy = (reject) => {
  rejecting = reject;
  why.value = "";
  told.hidden = true;
  dialog.showModal();
  why.focus();
};
form.addEventListener("submit", (event) => {
  event.preventDefault();
  told.hidden = Boolean(why.value.trim());
  if (!told.hidden) return why.focus();
  dialog.close();
  rejecting?.(why.value.trim());
});
// A number is a stock reason as long as nothing else is written.
why.addEventListener("keydown", (event) => {
  const stock = form.querySelectorAll(".il-stock button")[Number(event.key) - 1];
  if (!stock || why.value) return;
  event.preventDefault();
  stock.click();
});
dialog.addEventListener("pointerdown", (event) => { if (event.target === dialog) dialog.close(); });
