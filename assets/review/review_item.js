// One text with all its versions side by side, and what a reviewer decides about them.
// value: kind, key, draft, item, project, source, machine, languages, versions [...] (ui/review_render.py), or `none`; `ended`: a draft that was accepted.
const UNDO = "#review-notice [data-testid=notice-action]";

const awaiting = () => (props.value?.versions || []).filter((one) => one.awaits);
// The version that has the focus, else the first that awaits a decision.
const current = () => {
  const id = document.activeElement?.closest?.(".il-version")?.dataset.id;
  return (props.value?.versions || []).find((one) => one.id === id) || awaiting()[0];
};
const ask = (event, version, more = {}) => {
  const revisions = Object.fromEntries(awaiting().map(({ id, revision }) => [id, revision]));
  update({ asked: { id: version.id, revision: version.revision, number: version.number, revisions, ...more } });
  trigger(event);
};
const isOpen = (version) => version?.awaits && version.may_decide;
const isCorrection = () => props.value?.kind === "correction";
const canChoose = () => props.value?.item && awaiting().length > 1;
const accept = (version) => isOpen(version) && ask("accept", version);
const choose = (version) => canChoose() && isOpen(version) && ask("choose", version);
const saveAnswer = (version, more) => ask(canChoose() ? "choose" : "accept", version, more);
const reject = (version) => version?.awaits && askWhy((reason) => ask("reject", version, { reason }));
const release = (version) => isCorrection() && version?.status === "quarantined" && ask("release", version);
const write = (version, mode) => {
  if (!isOpen(version) || !(isCorrection() || mode === "edit")) return;
  const begun = isCorrection() ? { mode, text: mode === "write" ? props.value.machine : version.text } : { mode: "change", form: formOf(version.given) };
  const kept = draftOf(props.value.draft);
  if (kept?.id !== version.id || kept.mode !== begun.mode) keepDraft(props.value.draft, { id: version.id, number: version.number, ...begun });
  draw();
  focusEditor();
};
const move = (by) => {
  const cards = [...root().querySelectorAll(".il-version")];
  const at = cards.indexOf(document.activeElement?.closest?.(".il-version"));
  cards[Math.max(0, Math.min(cards.length - 1, at < 0 ? 0 : at + by))]?.focus();
};

const keyed = (key, text, testid, act, style = "il-quiet") => h("button", { type: "button", class: style, "data-testid": testid, onclick: act }, h("span", { text }), h("kbd", { text: key, "aria-hidden": "true" }));
const actions = (version) => {
  if (!version.awaits) return null;
  if (!version.may_decide) return h("p", { class: "il-gone", text: labels.own });
  return h("div", { class: "il-version-actions" },
    canChoose() ? keyed(version.number, labels.choose, "choose", () => choose(version), "il-primary") : keyed("A", labels.accept, "accept", () => accept(version), "il-primary"),
    canChoose() && keyed("A", labels.accept, "accept", () => accept(version)),
    keyed("R", labels.reject, "reject", () => reject(version)),
    keyed("E", labels.edit, "edit", () => write(version, "edit")),
    isCorrection() && version.status === "quarantined" && keyed("L", labels.release, "release", () => release(version)));
};
const mark = ({ text, severity, categories }) => severity
  ? h("mark", { "data-severity": severity, title: [labels[severity], categories].filter(Boolean).join(": "), text })
  : h("span", { text });
const answer = (version) => {
  const { kind, target_language } = props.value;
  const attributes = { class: "il-version-text", lang: target_language, dir: "auto" };
  if (kind === "correction") return h("p", attributes, ...(version.verdict === "right" ? [h("span", { text: version.text })] : diffWords(version.edits)));
  if (kind === "rating") return h("div", {}, h("p", attributes, ...version.marked.map(mark)),
    ...version.missing.map((one) => h("p", { class: "il-left-out" }, mark({ ...one, text: labels.missing }), h("span", { text: one.categories }))),
    !version.errors && h("p", { class: "il-quietly", text: labels.no_errors }));
  return h("ol", { class: "il-ranked" }, ...version.ranked.map((one) => h("li", { "data-best": String(one.best) }, h("b", { text: one.rank }), h("span", { text: one.text, lang: target_language, dir: "auto" }), h("small", { text: one.made_by }))));
};
const note = (name, text, kind) => text && h("p", { class: "il-version-note", "data-kind": kind }, h("b", { text: labels[name] }), h("span", { text, dir: "auto" }));
const figure = ({ kind }, version) => version.figure && h("span", { class: "il-version-figure" }, h("span", { text: kind === "rating" ? labels.score : labels.hter }), h("b", { text: version.figure }));
const card = (value) => (version) => h("article", { class: "il-version", tabindex: 0, "aria-label": `${version.name}, ${labels[version.status]}`, "data-testid": "version", "data-id": version.id, "data-status": version.status },
  h("header", {}, h("b", { text: version.name }), h("span", { text: version.who }), h("span", { text: version.seconds, title: version.when }), figure(value, version)),
  answer(version),
  version.verdict === "right" && h("p", { class: "il-quietly", text: labels.right }),
  note("flag", version.flag, "flag"), note("comment", version.comment),
  version.reasons.length > 0 && h("div", { class: "il-reasons", "data-set-aside": String(version.status === "quarantined") }, h("b", { text: labels.found }), h("ul", {}, ...version.reasons.map((text) => h("li", { text })))),
  !version.awaits && h("p", { class: "il-decided", "data-status": version.status, "data-testid": "decided" }, h("b", { text: labels[version.status] }), version.reason && h("span", { text: say(labels.because, version), dir: "auto" })),
  actions(version));
const draw = () => {
  const value = props.value || {}, writing = document.activeElement?.matches?.(".il-review-text, .il-review-editor [role]");
  if (!value.versions) return show(h("p", { class: "il-empty il-none", text: value.none ? labels.none : labels.empty }), dialog);
  const pair = (name, text, lang) => text && h("div", {}, h("dt", { text: labels[name] }), h("dd", { id: `review-${name}`, text, lang, dir: "auto" }));
  show(
    h("div", { class: "il-review-head" },
      h("dl", {}, pair("source", value.source, value.source_language), pair(value.kind === "rating" ? "translation" : "machine", value.machine, value.target_language)),
      h("div", { class: "il-review-side" }, value.project && h("span", { text: value.project, dir: "auto" }),
        isCorrection() && isOpen(current()) && keyed("W", labels.write, "write", () => write(current(), "write")))),
    h("div", { class: "il-versions", "data-count": value.versions.length }, ...value.versions.map(card(value))),
    editorOf({ ...value, redraw: draw }, saveAnswer),
    dialog,
  );
  if (writing) focusEditor();
};
onLetters((key) => {
  const version = current();
  const done = { a: () => accept(version), r: () => reject(version), e: () => write(version, "edit"), w: () => write(version, "write"),
    l: () => release(version), u: () => document.querySelector(UNDO)?.click(), ArrowLeft: () => move(-1), ArrowRight: () => move(1) }[key];
  const chosen = /^[1-9]$/.test(key) && props.value?.versions?.[Number(key) - 1];
  if (done) done();
  else if (chosen) (canChoose() ? choose : accept)(chosen);
  return Boolean(done || chosen);
});
onValue(() => {
  if (props.value?.ended) { dropDraft(props.value.ended); update({ ended: null }); }
  draw();
});
