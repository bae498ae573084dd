// The interlinear gloss: source words above, translation below, or their pieces. Hover, focus or tap a word on either side
// and the words it looked at (or that looked at it) light up, joined by threads as thick as the weight.
// A click on a word of the translation opens its menu (word_menu.js); what is known of a word stands in word_facts.js.
const FAINTEST = 0.06;
const LINES = ["source", "target"];
// What is drawn, and in which unit. Marks of the model are drawn among pieces alone.
let units = {};
let unit = null;
const isDrawn = ({ special }) => unit === "pieces" || !special;

const spoken = (word) => say(labels.confidence, { percent: Math.round(word.prob * 100) });
const wordNode = (side) => (word, index) => h("span", {
  class: "il-word", role: "button", tabindex: 0, "data-side": side, "data-index": index, "data-testid": `${side}-word`, text: word.text,
  "data-joined": word.joined, "data-special": word.special,
  "data-weak": word.reasons?.length ? word.reasons.join(" ") : null, ...(side === "target" ? targetLook(word) : {}),
});
const targetLook = (word) => isKnown(word) && ({
  vars: { "--doubt": Math.min(1, (1 - word.prob) * 1.3).toFixed(3) },
  "aria-haspopup": "dialog", "aria-label": `${word.text}, ${spoken(word)}`,
  "data-open": alternativesOf(word).length ? "" : null,
});

const readUnits = () => {
  ({ unit } = lab.view);
  units = Object.fromEntries(LINES.map((side) => [side, toldUnits(side)]));
};
const draw = () => {
  const page = lab.page;
  if (!page) return show(h("p", { class: "il-empty", text: labels.empty }));
  closeMenu();
  readUnits();
  const line = (side) => h("div", {
    class: `il-line il-${side}`, role: "group", "aria-label": labels[side], lang: page[side].language, dir: "auto",
  }, ...units[side].map((word, index) => (isDrawn(word) ? wordNode(side)(word, index) : null)));
  const target = line("target");
  if (!target.children.length) target.append(h("i", { class: "il-empty", text: labels.no_words }));
  const threads = svg("svg", { class: "il-threads", "aria-hidden": "true" });
  show(line("source"), target, warnings(page), footer(page), threads);
  paint();
};
const openPage = (page) => {
  draw();
  reveal(page.source.text);
  // What was asked for further down is answered up here.
  if (page.shown.kind !== "hypothesis") element.closest(".card")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
};

// Attention alone is no warning: a word may be looked at twice and said once. Which places are meant, their lines show.
const warnings = ({ source, target }) => {
  const told = (words, reason, label) => [...new Set(words.filter(({ reasons = [] }) => reasons.includes(reason)).map(({ text }) => text))]
    .map((text) => h("li", { text: say(labels[label], { word: text }) }));
  const items = [...told(source.words, "omitted", "source_omitted"), ...told(target.words, "repeats", "target_repeats")];
  return h("ul", { class: "il-warnings", "data-testid": "warnings", role: "status", hidden: !items.length }, ...items);
};
const warn = (page) => {
  readUnits();
  element.querySelector(".il-warnings")?.replaceWith(warnings(page));
  for (const node of words("source")) node.dataset.weak = (unitOf(node).reasons || []).join(" ");
};

// What the last step changed, then how to go back.
const footer = ({ shown, edits, target, changes }) => {
  const isChanged = edits?.heads_off?.length || Object.keys(edits?.rows || {}).length;
  const told = new Set([labels[shown.kind], isChanged && labels.attention].filter(Boolean));
  const step = (name, allowed) => h("button", {
    type: "button", class: "il-quiet", "data-testid": name, disabled: !allowed, text: labels[name], onclick: () => lab.ask(name, {}),
  });
  return h("div", { class: "il-footer" },
    shown.step > 0 && h("p", { class: "il-step-diff", "data-testid": "changes", role: "status", lang: target.language, dir: "auto" },
      ...(changes.some(({ kind }) => kind !== "equal") ? diffWords(changes) : [h("span", { class: "il-meta", text: labels.unchanged })])),
    h("p", { class: "il-legend" }, h("i"), h("span", { text: labels.legend })),
    h("span", { class: "il-gloss-tools" }, shown.steps > 1 && h("span", { class: "il-steps" },
      h("span", { class: "il-meta", text: [...told].join(" · ") }),
      step("undo", shown.step > 0), step("redo", shown.step < shown.steps - 1)),
    unitChoice(), target.words.length > 0 && pictureMenu(glossPicture, "gloss", () => `${labels[unit]}. ${labels.legend}`)));
};

const words = (side) => [...element.querySelectorAll(`.il-word[data-side="${side}"]`)];
const unitOf = (node) => units[node.dataset.side][Number(node.dataset.index)];
const other = (side) => (side === "target" ? "source" : "target");

const thread = (from, to, weight) => {
  const frame = root().getBoundingClientRect();
  const [upper, lower] = [from, to].map((node) => node.getBoundingClientRect()).sort((a, b) => a.top - b.top);
  const [x1, y1] = [upper.left + upper.width / 2 - frame.left, upper.bottom - frame.top];
  const [x2, y2] = [lower.left + lower.width / 2 - frame.left, lower.top - frame.top];
  const bend = (y2 - y1) / 2;
  const path = svg("path", { d: `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}` });
  path.style.strokeWidth = `${1 + weight * 3}px`;
  path.style.opacity = Math.min(1, 0.15 + weight);
  return path;
};

// Attention between the lit units and each word of the other side, by layer and head as they are chosen.
const weightsOf = (side) => {
  const matrix = lab.matrixOf(lab.kindOf(["align", "cross"]), lab.view.layer, lab.view.head, unit);
  const lit = matrix ? units[side].map((word, index) => (lab.isLit(side, word) ? index : -1)).filter((index) => index >= 0) : [];
  const count = units[other(side)].length;
  const cell = (i, j) => (side === "target" ? matrix[i][j] : matrix[j][i]);
  const mean = (values) => values.reduce((sum, value) => sum + value, 0) / (side === "target" ? values.length : 1);
  return Array.from({ length: count }, (_, j) => (lit.length ? mean(lit.map((i) => cell(i, j))) : 0));
};

const paint = () => {
  if (!lab.page) return;
  const { side } = lab.light;
  const weights = side ? weightsOf(side) : [];
  const here = [];
  for (const node of LINES.flatMap(words)) {
    const lit = side === node.dataset.side && lab.isLit(side, unitOf(node));
    node.classList.toggle("il-here", lit);
    node.classList.toggle("il-dark", Boolean(side) && side !== node.dataset.side && weights[Number(node.dataset.index)] > 0.3);
    node.style.setProperty("--weight", side && side !== node.dataset.side ? Math.min(1, weights[Number(node.dataset.index)] || 0).toFixed(3) : 0);
    if (lit) here.push(node);
  }
  const paths = here.flatMap((node) => words(other(side)).filter((partner) => weights[Number(partner.dataset.index)] > FAINTEST)
    .map((partner) => thread(node, partner, weights[Number(partner.dataset.index)])));
  element.querySelector(".il-threads")?.replaceChildren(...paths);
  const told = here.length === 1 && !menuIsOpen() && isKnown(unitOf(here[0]));
  showFacts(told ? here[0] : null);
};

const wordOf = (event) => event.target.closest(".il-word");
const light = (node, held = false) => { const { from, to } = unitOf(node); lab.lightUp(node.dataset.side, from, to, held); };
element.addEventListener("mouseover", (event) => { if (wordOf(event)) light(wordOf(event)); });
element.addEventListener("focusin", (event) => { if (wordOf(event)) light(wordOf(event)); });
element.addEventListener("mouseleave", () => lab.lightUp(null));
element.addEventListener("focusout", (event) => { if (wordOf(event)) lab.lightUp(null); });
element.addEventListener("click", (event) => {
  const node = wordOf(event);
  if (!node) return;
  lab.letGo();
  light(node, true);
  if (node.dataset.side === "target" && isKnown(unitOf(node))) openMenu(node);
});
element.addEventListener("keydown", (event) => {
  const node = wordOf(event);
  if (!node) return;
  if (event.key === "Enter" || event.key === " ") { event.preventDefault(); node.click(); }
  if (event.key === "ArrowDown" && node.dataset.side === "target") { event.preventDefault(); node.click(); }
  else arrowKeys(event, words(node.dataset.side), () => {});
});
lab.onLight(paint);
lab.onView((view) => (view.unit === unit ? paint() : draw()));
lab.onPage(openPage);
lab.onWeight(warn);
draw();
