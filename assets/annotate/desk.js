// One turn: what it is, what is asked, and the keys. The value is a turn, or what became of it: {project, turn, ended},
// {lost: slot}, {over: what cannot be undone any more}, {slot, flag} or {left}. Python keeps nothing of a visitor, so what is typed lives here and in the draft.
const EDITORS = { post_edit: makePostEdit, rating: makeRating, comparison: makeComparison };
const frame = () => document.getElementById("annotate");
const isSeen = () => root()?.offsetParent !== null && document.visibilityState === "visible";
const watchOf = annotate.stopwatch(() => Boolean(turn) && isSeen());
// Nobody reads a text as fast as this: what is pressed sooner was meant for the text before.
const SOONEST_MS = 300;
const PATIENCE_MS = 12_000;
let [project, turn, form, editor, lost, busy, opened, keptAt, activeAt] = [null, null, null, null, false, false, null, 0, 0];
// What can be taken back instead of the last answer, and what had been typed for a turn that was skipped.
let [undo, skipped] = [null, null];

// What an answer, to be looked at again, was made of.
const formOf = ({ text, score, spans, ranks, comment, seconds }) => ({ comment, seconds, ...(text !== undefined && { text }), ...(spans && { score, errors: sortErrors(spans) }), ...(ranks && chosenBy(ranks)) });
const keepDraft = () => annotate.drafts.write(turn.draft, { ...form, seconds: watchOf.read() });
const changed = () => {
  form.begun = true;
  activeAt = Date.now();
  tell("");
  keepDraft();
  noteStep();
};

// Marks, scores and choices, step by step. What is written in a box is the browser's to take back. A score on its way is one step.
let [past, present, future, scoring] = [[], {}, [], false];
const said = () => ({ errors: form.errors, score: form.score, order: form.order, tied: form.tied });
const noteStep = () => {
  const now = said();
  const moved = Object.keys(now).filter((name) => now[name] !== present[name]);
  if (!moved.length) return;
  const isScore = moved.join() === "score";
  if (!isScore || !scoring) past.push(present);
  [present, future, scoring] = [now, [], isScore];
};
const step = (from, to) => {
  if (!from.length || busy || lost) return;
  to.push(present);
  [present, scoring] = [from.pop(), false];
  Object.assign(form, present);
  editor.redraw();
  tell("");
  keepDraft();
  if (!root().contains(document.activeElement)) editor.focus();
};
const isStep = (event) => editor?.redraw && (event.ctrlKey || event.metaKey) && !event.altKey && ["z", "y"].includes(annotate.letterOf(event))
  && !event.target.closest("textarea, input:not([type=number], [type=range])");

// Parts of the card that stay while a text is worked on.
const problem = h("p", { class: "il-amiss", role: "alert", hidden: true, "data-testid": "problem" });
const tell = (text) => { problem.textContent = text; problem.hidden = !text; };
const time = h("span", { class: "il-time", title: labels.time_hint, "data-testid": "time" });
setInterval(() => { if (turn && isSeen()) time.textContent = clockText(watchOf.read()); }, 500);
const place = h("div", { class: "il-place-of-tray" });
const openTray = (name, options) => {
  opened = tray(name, { ...options, close: closeTray });
  opened.name = name;
  place.replaceChildren(opened.node);
  opened.focus();
};
const closeTray = () => { opened = null; place.replaceChildren(); editor?.focus(); };

const draw = () => {
  frame()?.setAttribute("data-at", project ? "desk" : "projects");
  if (!project) return show();
  if (!turn) {
    show(head(), finished());
    return root().querySelector(".il-finished").focus({ preventScroll: true });
  }
  editor = EDITORS[turn.kind](turn, form, changed);
  present = said();
  place.replaceChildren();
  tell("");
  show(head(), h("article", { class: "il-turn-card card", "data-kind": turn.kind, "data-slot": turn.slot, "data-testid": "turn" },
    lostNote(), whyLine(), guidelines(),
    h("div", { class: "il-half" }, h("span", { text: turn.source_name }), h("p", { class: "il-desk-source", lang: turn.source_language, dir: "auto", id: "desk-source", text: turn.source, "data-testid": "desk-source" })),
    editor.node, commentBox(), problem, place, !lost && actions(), earlier()));
  hold(busy);
  const card = root().querySelector("article");
  setTimeout(() => { card.dataset.ready = "true"; }, SOONEST_MS);
  requestAnimationFrame(() => { if (isSeen() && !lost) editor?.focus(); });
};

const head = () => h("header", { class: "il-desk-head" },
  action("leave", "Esc", leave, "il-quiet il-leave"),
  h("h2", { text: project.name, dir: "auto" }),
  h("span", { class: "il-how-far", "data-testid": "how-far" },
    h("span", { class: "il-far", "aria-hidden": "true", vars: { "--share": project.items ? project.completed / project.items : 0 } }),
    h("span", { text: say(labels.how_far, { mine: project.mine, completed: project.completed, items: project.items }) })),
  turn && time);
const whyLine = () => (turn.revising
  ? h("p", { class: "il-why", text: labels.revising })
  : turn.why && h("p", { class: "il-why", title: turn.why_hint, "data-testid": "why" }, h("b", { text: labels.why }), ` ${turn.why} `, h("span", { class: "il-why-more", text: turn.why_hint })));
const guidelines = () => project.guidelines && h("details", { class: "il-guidelines" }, h("summary", { text: labels.guidelines }), h("p", { dir: "auto", text: project.guidelines }));
// What one said of the text before.
const earlier = () => turn.history?.length > 1 && h("details", { class: "il-guidelines", "data-testid": "own-revisions" }, h("summary", { text: say(labels.history, { count: turn.history.length }) }),
  ...turn.history.map(({ number, said, when, comment }) => h("p", { dir: "auto" }, h("b", { text: `${number} ` }), h("span", { text: said }), h("small", { text: ` ${when}` }), comment && h("small", { text: ` · ${comment}` }))));
const lostNote = () => lost && h("div", { class: "il-lost", role: "alert", "data-testid": "lost" }, h("p", { text: labels.lost }),
  h("span", { class: "il-lost-actions" }, turn.kind === "post_edit" && copyButton(() => form.text),
    h("button", { type: "button", class: "il-primary", "data-testid": "take-again", text: labels.take_again, onclick: () => ask("start", { project: project.id }) })));
const commentBox = () => {
  const box = h("textarea", { rows: 2, maxlength: 1000, dir: "auto", "aria-label": labels.comment_label, placeholder: labels.comment_label, "data-testid": "comment-text" });
  box.value = form.comment || "";
  box.addEventListener("input", () => { form.comment = box.value; changed(); });
  return h("div", { class: "il-comment", hidden: !form.comment }, box);
};
const toComment = () => { const box = root().querySelector(".il-comment"); box.hidden = false; box.querySelector("textarea").focus(); };
const actions = () => h("div", { class: "il-desk-actions" },
  h("span", { class: "il-side-actions" },
    ...(turn.revising ? [] : [action("skip", "Alt+S", skip), action("flag", "Alt+R", flag)]),
    action("comment", "Alt+C", toComment)),
  h("span", { class: "il-main-actions" },
    turn.kind === "post_edit" && !turn.revising && action("accept", "Alt+Enter", accept, "il-quiet il-tall"),
    action("save", "Ctrl+Enter", save, "il-primary il-tall")));
const finished = () => h("div", { class: "il-finished card", tabindex: -1, "data-testid": "finished" },
  h("h3", { text: labels.finished }), h("p", { text: say(labels.finished_why, { mine: project.mine }) }),
  h("span", { class: "il-main-actions" }, h("button", { type: "button", class: "il-primary il-tall", text: labels.leave, onclick: leave })));

// One question at a time: whoever presses Enter twice answers one text.
const hold = (held) => {
  busy = held;
  root().setAttribute("aria-busy", held);
  editor?.hold(held || lost);
  for (const button of root().querySelectorAll(".il-desk-actions button")) button.disabled = held;
};
let patience = null;
let next = null; // what was asked for, of a turn that is lost, while its answer was still on the way out
const ask = (kind, detail) => {
  if (busy) { next = lost ? () => lost && ask(kind, detail) : null; return; }
  hold(true);
  // Where the connection broke off nothing comes at all. The same answer may be sent again: it is stored once.
  patience = setTimeout(() => { hold(false); tell(labels.no_answer); }, PATIENCE_MS);
  annotate.ask[kind](detail);
};
annotate.settled = () => requestAnimationFrame(() => requestAnimationFrame(() => {
  clearTimeout(patience);
  hold(false);
  next?.();
  next = null;
  if (turn && document.activeElement === document.body && isSeen()) editor.focus();
}));

const send = (answer) => {
  if (!turn || lost || busy || !root().querySelector("article[data-ready]")) return;
  if (answer.problem) { tell(answer.problem); return; }
  const detail = { ...answer, project: project.id, slot: turn.slot, once: form.once, comment: form.comment || "", seconds: Math.round(watchOf.read() * 10) / 10 };
  if (turn.revising) ask("revise", { ...detail, answer: turn.filled.id, revision: turn.filled.revision });
  else ask("answer", detail);
};
const save = () => send(editor.answer());
const accept = () => { if (editor?.accept) send(editor.accept()); };
const back = () => { if (project) ask("back", { project: project.id, undo }); };
const skip = () => openTray("skip", { note: labels.skip_note, go: (reason) => { closeTray(); ask("skip", { project: project.id, slot: turn.slot, reason }); } });
const flag = () => openTray("flag", { value: turn.flag, note: labels.flag_note, go: (text) => { closeTray(); annotate.ask.flag({ slot: turn.slot, text }); } });
const leave = () => {
  if (turn?.revising) return ask("start", { project: project.id });
  annotate.ask.leave({ project: project.id, slot: lost ? "" : turn?.slot || "", begun: Boolean(form?.begun) });
};
annotate.save = save;
annotate.back = back;

// A turn comes on the desk as it was left: with its draft, or with the answer that was taken back.
const begin = (next) => {
  [turn, lost, editor, opened] = [next, false, null, null];
  [past, future, scoring] = [[], [], false];
  [keptAt, activeAt] = [Date.now(), 0];
  if (!turn) return;
  const kept = turn.filled && !turn.revising ? null : annotate.drafts.read(turn.draft);
  const draft = kept || (turn.filled && formOf(turn.filled));
  form = { comment: "", ...draft, once: (!turn.filled && draft?.once) || annotate.once() };
  form.begun = Boolean(draft) && (!turn.revising || Boolean(kept));
  watchOf.set(draft?.seconds || 0);
  time.textContent = clockText(draft?.seconds || 0);
  if (turn.filled && !turn.revising) keepDraft();
};
const take = (value) => {
  if (value.left) {
    const id = project?.id;
    [project, turn] = [null, null];
    draw();
    // The cards are drawn anew by then.
    return setTimeout(() => document.querySelector(`[data-project="${id}"]`)?.focus({ preventScroll: true }), 60);
  }
  if (value.lost) { if (turn?.slot === value.lost) { lost = true; draw(); } return undefined; }
  if (value.flag !== undefined) { if (turn?.slot === value.slot) turn.flag = value.flag; return undefined; }
  if (value.over) { undo = null; return undefined; }
  if (!value.project) return undefined;
  project = { ...(project?.id === value.project.id && project), ...value.project };
  if (skipped && value.turn?.slot === undo?.skipped) annotate.drafts.write(value.turn.draft, skipped);
  [undo, skipped] = [value.undo || null, null];
  if (value.ended && turn && (turn.slot || turn.filled.id) === value.ended) {
    if (undo?.skipped && form.begun) skipped = { ...form, seconds: watchOf.read() };
    annotate.drafts.drop(turn.draft);
    if (value.answered && turn.completes) project.completed += 1;
  }
  annotate.project = project.id;
  begin(value.turn);
  return draw();
};
watch("value", () => { if (props.value) take(props.value); });

// While a person is at it, the turn stays theirs.
setInterval(() => {
  if (!turn || turn.revising || lost || activeAt < keptAt || Date.now() - keptAt < (turn.lease_s * 1000) / 3) return;
  keptAt = Date.now();
  annotate.ask.keep({ slot: turn.slot });
}, 1000);
window.addEventListener("beforeunload", (event) => {
  if (element.isConnected && turn && form.begun) event.preventDefault();
});

const CHORDS = { s: () => !turn?.revising && (opened?.name === "skip" ? opened.send() : skip()), r: () => !turn?.revising && flag(), c: toComment, z: () => !turn?.revising && back() };
const onEscape = (event) => {
  if (opened) return closeTray();
  if (event.target.closest?.(".il-comment")) {
    if (!form.comment) root().querySelector(".il-comment").hidden = true;
    return editor.focus();
  }
  return editor?.key(event) || leave();
};
document.addEventListener("keydown", (event) => {
  if (!project || root()?.offsetParent === null || event.isComposing || document.querySelector("dialog[open]")) return;
  const outside = event.target !== document.body && !frame().contains(event.target);
  if (outside) return;
  const enters = event.key === "Enter" && !event.shiftKey;
  // A key that is held down answers once.
  if (enters && (event.ctrlKey || event.metaKey) && !event.altKey) turn && !event.repeat && save();
  else if (enters && event.altKey && !event.ctrlKey && !event.metaKey) turn && !event.repeat && accept();
  else if (event.key === "Escape") onEscape(event);
  else if (annotate.isChord(event) && CHORDS[annotate.letterOf(event)] && (turn || annotate.letterOf(event) === "z")) CHORDS[annotate.letterOf(event)]();
  else if (turn && isStep(event)) step(...(event.shiftKey || annotate.letterOf(event) === "y" ? [future, past] : [past, future]));
  else if (!turn || !editor?.key(event)) return;
  event.preventDefault();
});
