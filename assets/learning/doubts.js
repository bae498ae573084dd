// Corrections that the checks doubt, each with the way to where it can be mended; open where they are too many.
// found: title, hint, find, fits, rows of { id, source, target, source_language, target_language, reasons }.
let doubtsOf, doubtsOpen, doubtsScroll;
const doubtRow = (one, find) => h("li", { "data-testid": "doubt" },
  h("p", { class: "il-doubt-text", lang: one.target_language, dir: "auto", text: one.target }),
  h("p", { class: "il-fine", lang: one.source_language, dir: "auto", text: one.source }),
  h("p", { class: "il-doubt-why" }, h("span", { text: one.reasons.join(" ") }),
    one.id && h("button", { type: "button", class: "il-link", text: find, "data-testid": "doubt-find", onclick: () => window.interlinear.openRecord(one.id) })));
// `id`: of what they belong to. Drawn anew, as news come, it stays where it was scrolled to.
const doubtsCard = ({ title, hint, find, fits, rows }, id) => {
  if (doubtsOf !== id) [doubtsOf, doubtsOpen, doubtsScroll] = [id, !fits, 0];
  const list = h("ol", { tabindex: 0, "aria-label": title, "data-testid": "doubt-rows", onscroll: () => { doubtsScroll = list.scrollTop; } }, ...rows.map((one) => doubtRow(one, find)));
  queueMicrotask(() => { list.scrollTop = doubtsScroll; });
  return h("details", { class: "il-sheet-card il-doubts", "data-testid": "doubts", open: doubtsOpen, ontoggle: (event) => { doubtsOpen = event.target.open; } },
    h("summary", {}, h("h3", { text: title })), h("p", { class: "il-fine", text: hint }), list);
};
