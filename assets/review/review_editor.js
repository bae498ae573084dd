// What a reviewer makes of a version: a text in a box, or a rating or comparison with the tools of the desk; and the question why
// something is rejected. It stays with its text, in this browser, until it is accepted: {id, number, mode, text or form} by the
// name of the draft.
const stored = annotate.drafts;
const drafts = new Map(); // where the browser cannot store any
const draftOf = (name) => drafts.get(name) || stored.read(name);
const keepDraft = (name, draft) => { drafts.set(name, draft); stored.write(name, draft); };
const dropDraft = (name) => { drafts.delete(name); stored.drop(name); };

const makeText = (value, draft, keep) => {
  const box = h("textarea", { rows: 3, dir: "auto", lang: value.target_language, class: "il-review-text", "aria-label": say(labels[`${draft.mode}_title`], draft), "data-testid": "review-text" });
  box.value = draft.text;
  box.addEventListener("input", () => { draft.text = box.value; keep(); });
  return {
    node: box,
    focus: () => { box.focus(); box.setSelectionRange(box.value.length, box.value.length); },
    key: () => false,
    answer: () => (box.value.trim() ? { text: box.value } : { problem: labels.no_text }),
  };
};
const JUDGED = { rating: makeRating, comparison: makeComparison };
const formOf = ({ score, spans, ranks }) => (ranks ? chosenBy(ranks) : { score, errors: sortErrors(spans) });
const makeJudged = (value, version, draft, keep) => {
  const tools = JUDGED[value.kind]({ ...version.asked, source_id: "review-source" }, draft.form, keep);
  const answer = () => { const { problem, ...said } = tools.answer(); return problem ? { problem } : { answer: said }; };
  return { ...tools, answer };
};

let editor = null; // of what is written, while there is any
const editorOf = (value, send) => {
  editor = null;
  const draft = draftOf(value.draft);
  const version = value.versions.find((one) => one.id === draft?.id);
  if (!draft || (draft.form && !version)) return null;
  const open = Boolean(version?.awaits && version.may_decide);
  const leave = () => { dropDraft(value.draft); value.redraw(); root().querySelector(`[data-id="${draft.id}"]`)?.focus(); };
  const keep = () => { amiss.hidden = true; keepDraft(value.draft, draft); };
  const amiss = h("p", { class: "il-gone", role: "alert", hidden: true, "data-testid": "amiss" });
  editor = draft.form ? makeJudged(value, version, draft, keep) : makeText(value, draft, keep);
  const save = () => {
    if (!open) return;
    const { problem, ...said } = editor.answer();
    amiss.textContent = problem || "";
    amiss.hidden = !problem;
    if (!problem) send(version, said);
  };
  const node = h("div", { class: "il-review-editor", "data-testid": "review-editor" },
    h("h3", { text: say(labels[`${draft.mode}_title`], draft) }), !open && h("p", { class: "il-gone", role: "status", text: labels.gone }), editor.node, amiss,
    h("div", { class: "il-form-end" }, h("button", { type: "button", class: "il-quiet il-tall", text: labels.cancel, onclick: leave }),
      h("button", { type: "button", class: "il-primary", text: labels[draft.form ? "save_answer" : "save"], disabled: !open, "data-testid": "accept-text", onclick: save })));
  node.addEventListener("keydown", (event) => {
    const plain = !event.ctrlKey && !event.metaKey && !event.altKey;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); save(); }
    else if (event.key === "Escape") { event.preventDefault(); if (!editor.key(event)) leave(); }
    else if (plain && event.key !== "Enter" && editor.key(event)) event.preventDefault();
    // What is typed here decides about nothing.
    if (plain || event.key === "Enter") event.stopPropagation();
  });
  return node;
};
const focusEditor = () => editor?.focus();

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
