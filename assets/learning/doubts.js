// Corrections that the checks doubt, each with the way to where it can be mended; open where they are too many.
// found: title, hint, find, fits, rows of { id, source, target, source_language, target_language, reasons }; `id`: of what they
// belong to. Drawn anew, as news come, it stays open and scrolled as it was.
let doubtsOf;
const doubtRow = (one, find) => h("li", { "data-testid": "doubt" },
  h("p", { class: "il-doubt-text", lang: one.target_language, dir: "auto", text: one.target }),
  h("p", { class: "il-fine", lang: one.source_language, dir: "auto", text: one.source }),
  h("p", { class: "il-doubt-why" }, h("span", { text: one.reasons.join(" ") }),
    one.id && h("button", { type: "button", class: "il-link", text: find, "data-testid": "doubt-find", onclick: () => window.interlinear.openRecord(one.id) })));
const doubtsCard = ({ title, hint, find, fits, rows }, id) => {
  const before = doubtsOf === id ? root().querySelector(".il-doubts") : null, scrolled = before?.querySelector("ol").scrollTop || 0;
  doubtsOf = id;
  const list = h("ol", { tabindex: 0, "aria-label": title, "data-testid": "doubt-rows" }, ...rows.map((one) => doubtRow(one, find)));
  queueMicrotask(() => { list.scrollTop = scrolled; });
  return h("details", { class: "il-sheet-card il-doubts", "data-testid": "doubts", open: before ? before.open : !fits },
    h("summary", {}, h("h3", { text: title })), h("p", { class: "il-fine", text: hint }), list);
};
