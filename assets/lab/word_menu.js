// The words the model might have written instead, or the pieces at the place of a piece, most probable first, from the page
// data: no round trip. Choosing or typing one asks for the rest of the sentence anew.
const REAL = 0.05;
let menu = null;
const menuIsOpen = () => menu !== null;

const othersAt = (at) => (lab.page.target.judgement[at]?.alternatives || [])
  .filter(({ id }) => id !== lab.page.target.ids[at]).map((other) => ({ ...other, at }));
// Shown at first sight: most words have none. A word may turn into another at any of its pieces.
const alternativesOf = ({ from, to }) => Array.from({ length: to - from }, (_, index) => othersAt(from + index)).flat()
  .filter(({ prob }) => prob >= REAL);
// Those that are not likely stand only for the word as a whole.
const othersOf = (word) => [...othersAt(word.from).filter(({ prob }) => prob < REAL), ...alternativesOf(word)]
  .sort((one, other) => other.prob - one.prob);

const closeMenu = () => {
  menu?.remove();
  menu = null;
};

const openMenu = (node) => {
  closeMenu();
  showFacts(null);
  const word = unitOf(node);
  // The word keeps the keyboard: when the page is drawn anew, the one in its place gets it.
  const leave = () => { closeMenu(); lab.letGo(); node.focus({ preventScroll: true }); };
  const done = (kind, detail) => { leave(); lab.ask(kind, detail); };
  const item = ({ id, piece, prob, at }) => h("button", {
    type: "button", class: "il-option", role: "option", "data-testid": "alternative", onclick: () => done("reword", { at, id }),
  }, h("span", { class: "il-text", lang: lab.page.target.language, dir: "auto", text: standing(word, at, piece) }),
  h("i", { vars: { "--width": Math.max(0.02, prob).toFixed(3) } }), h("span", { class: "il-meta", text: percent(prob) }));
  const typed = h("input", { type: "text", "aria-label": labels.type_word, placeholder: labels.type_word, maxlength: 200, "data-testid": "typed-word" });
  typed.addEventListener("keydown", (event) => {
    event.stopPropagation();
    // Enter may only choose what an input method offers.
    if (event.key === "Enter" && !event.isComposing && typed.value.trim()) done("reword", { at: word.from, text: typed.value });
    if (event.key === "Escape") leave();
  });
  const options = othersOf(word).map(item);
  menu = h("div", { class: "il-menu", role: "dialog", "aria-label": say(labels.instead_of, { word: word.text }), "data-testid": "word-menu" },
    h("p", { class: "il-menu-title", text: say(labels.instead_of, { word: word.text }) }),
    // Where nothing hovers, a tap is all there is.
    h("div", { class: "il-menu-facts", "data-testid": "menu-facts" }, ...factsOf("target", word)),
    h("div", { role: "listbox", "aria-label": labels.alternatives }, ...options), !word.joined && typed,
    lab.page.model.layers > 0 && h("button", { type: "button", class: "il-quiet", "data-testid": "matter", text: labels.matter, onclick: () => { lab.setView({ tab: "map" }); done("matter", { at: word.from }); } }));
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape") { event.stopPropagation(); leave(); }
    if (options.includes(event.target)) arrowKeys(event, options, () => {});
  });
  root().append(menu);
  place(menu, node);
  menu.querySelector("button, input")?.focus({ preventScroll: true });
};
// As it would stand there: behind the pieces of the word that stay, or, if it goes on with the word before, with a hyphen.
const standing = ({ from }, at, piece) => {
  const kept = lab.page.target.pieces.slice(from, at).join("").replaceAll("▁", " ").trim();
  if (piece === "</s>") return [kept, labels.stop].filter(Boolean).join(" · ");
  return kept ? kept + piece.replaceAll("▁", " ") : (lab.goesOn(piece) ? "‑" : "") + (piece.replaceAll("▁", " ").trim() || "␣");
};

document.addEventListener("pointerdown", (event) => {
  if (menu && !menu.contains(event.target) && !event.target.closest(".il-word")) { closeMenu(); lab.letGo(); }
});
