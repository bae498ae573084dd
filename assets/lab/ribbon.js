// The sentence above, the translation below, and a line from each word to those it looked at, as strong as the attention.
// In a narrow place the two stand side by side as columns instead. Parts before this one: pictures, view_bar.
const FONT_PX = 15;
const GAP = 14;
const PAD = 7;
const LINE = { high: 28, apart: 132, row: 30 };
const FAINTEST = { always: 0.08, lit: 0.015 };
const WIDEST = 7;
const NARROW_PX = 560;
const LINES = ["source", "target"];
// Begins with a letter of Hebrew, Arabic or their kin.
const RIGHT_TO_LEFT = /^\P{L}*[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/u;
let drawn = null;

const boxesOf = (side) => lab.unitsOf(side).map((unit, index) => {
  const text = shorten(unit.text, FONT_PX, 180);
  return { unit, index, side, text, width: Math.ceil(measure(text, FONT_PX, 600)) + 2 * PAD };
});
const sum = (boxes) => boxes.reduce((total, { width }) => total + width, 0);

// Two lines, the shorter one spread, so that what belongs together stands together, or begun at the same place where it is
// far shorter. The longer one closes up before it overflows.
const flat = (lines, room) => {
  const widest = (gap) => Math.max(...lines.map((boxes) => sum(boxes) + gap * (boxes.length - 1)));
  const width = Math.max(widest(0), Math.min(widest(GAP), room));
  lines.forEach((boxes, line) => {
    const gap = boxes.length > 1 ? Math.min(4 * GAP, (width - sum(boxes)) / (boxes.length - 1)) : 0;
    let x = gap < 4 * GAP ? (width - sum(boxes) - gap * (boxes.length - 1)) / 2 : 0;
    const isRtl = RIGHT_TO_LEFT.test(lab.page[LINES[line]].text);
    for (const box of boxes) {
      Object.assign(box, { x: isRtl ? width - x - box.width : x, y: line * (LINE.high + LINE.apart) });
      x += box.width + gap;
    }
  });
  return { lines, width, height: 2 * LINE.high + LINE.apart, upright: false };
};
const upright = (lines, room) => {
  const rows = Math.max(...lines.map(({ length }) => length));
  lines.forEach((boxes, line) => boxes.forEach((box, index) => {
    const y = ((index + 0.5) * rows * LINE.row) / boxes.length - LINE.high / 2;
    Object.assign(box, { x: line ? room - box.width : 0, y });
  }));
  return { lines, width: room, height: rows * LINE.row, upright: true };
};
const layOut = (room) => {
  const wide = flat(LINES.map(boxesOf), room);
  return wide.width > room && room < NARROW_PX ? upright(LINES.map((side) => boxesOf(side).map((box) => {
    const text = shorten(box.unit.text, FONT_PX, room * 0.36 - 2 * PAD);
    return { ...box, text, width: Math.ceil(measure(text, FONT_PX, 600)) + 2 * PAD };
  })), room) : wide;
};

const curve = (from, to, isUpright) => {
  if (isUpright) {
    const [x1, y1, x2, y2] = [from.x + from.width, from.y + LINE.high / 2, to.x, to.y + LINE.high / 2];
    return `M${x1} ${y1}C${(x1 + x2) / 2} ${y1} ${(x1 + x2) / 2} ${y2} ${x2} ${y2}`;
  }
  const [x1, y1, x2, y2] = [from.x + from.width / 2, from.y + LINE.high, to.x + to.width / 2, to.y];
  return `M${x1} ${y1}C${x1} ${(y1 + y2) / 2} ${x2} ${(y1 + y2) / 2} ${x2} ${y2}`;
};
const thread = (t, s, weight) => {
  const [source, target] = drawn.lines;
  const isFaint = source[s].unit.special || target[t].unit.special;
  return svg("path", {
    class: `il-thread${isFaint ? " il-special" : ""}`, d: curve(source[s], target[t], drawn.upright), "stroke-width": (1 + weight * WIDEST).toFixed(2),
    "stroke-opacity": ((0.1 + 0.8 * weight) * (isFaint ? 0.4 : 1)).toFixed(3),
  }, svg("title", { text: `${target[t].unit.text} ← ${source[s].unit.text}: ${percent(weight)}` }));
};
const threadsOver = (least, wanted = () => true) => drawn.matrix.flatMap((row, t) => row
  .map((weight, s) => (weight >= least && wanted(t, s) ? thread(t, s, weight) : null)).filter(Boolean));
const wordBox = (box) => svg("g", { class: `il-ribbon-word${box.unit.special ? " il-special" : ""}`, transform: `translate(${box.x} ${box.y})`, "data-side": box.side, "data-index": box.index },
  svg("rect", { class: "il-plate", width: box.width, height: LINE.high, rx: 7 }),
  svg("text", { class: "il-ribbon-text", y: LINE.high / 2, text: box.text, ...anchorOf(box) }));
const anchorOf = ({ side, width }) => {
  if (!drawn.upright) return { x: width / 2, "text-anchor": "middle" };
  return side === "source" ? { x: PAD, "text-anchor": "start" } : { x: width - PAD, "text-anchor": "end" };
};

const ribbonPicture = () => svg("svg", { viewBox: `0 0 ${drawn.width} ${drawn.height}` },
  svg("g", {}, ...threadsOver(FAINTEST.always)), ...drawn.lines.flat().map(wordBox));

const draw = () => {
  drawn = null;
  if (!lab.page) return show(h("p", { class: "il-empty", text: labels.empty }));
  const kind = lab.kindOf(LINKING);
  if (!kind) return show(noAttention());
  drawn = { ...layOut(root().clientWidth || 640), matrix: lab.matrixOf(kind) };
  const picture = svg("svg", { class: "il-ribbon-sheet", width: drawn.width, height: drawn.height, viewBox: `0 0 ${drawn.width} ${drawn.height}` },
    svg("g", { class: "il-ribbon-rest" }, ...threadsOver(FAINTEST.always)), svg("g", { class: "il-ribbon-lit" }), ...drawn.lines.flat().map(wordBox));
  for (const node of picture.querySelectorAll(".il-ribbon-word")) makeStop(node);
  const size = sizeOf(kind);
  show(viewBar([kindChoice(LINKING), layerChoice(size), headChoice(size), unitChoice()], pictureMenu(ribbonPicture, "ribbon", () => viewTold(kind))),
    alignerTold(kind),
    h("div", { class: "il-ribbon-box il-sideways", role: "group", "aria-label": labels.ribbon, "data-testid": "ribbon" }, picture));
  paint();
};
// One stop in each line; arrow keys go on from there.
const makeStop = (node) => {
  const { unit, side, index } = boxOf(node);
  node.setAttribute("tabindex", index ? -1 : 0);
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", describe(side, index, unit));
  node.setAttribute("lang", lab.page[side].language);
};
const describe = (side, index, unit) => {
  const [best, weight] = strongest(side, index);
  return best === null ? unit.text : say(labels[`${side}_word`], { word: unit.text, other: drawn.lines[side === "source" ? 1 : 0][best].unit.text, percent: percent(weight) });
};
const weightsOf = (side, index) => (side === "target" ? drawn.matrix[index] : drawn.matrix.map((row) => row[index]));
const strongest = (side, index) => weightsOf(side, index).reduce(([best, most], weight, at) => (weight > most ? [at, weight] : [best, most]), [null, 0]);

const nodes = (side) => [...element.querySelectorAll(`.il-ribbon-word[data-side="${side}"]`)];
const boxOf = (node) => drawn.lines[LINES.indexOf(node.dataset.side)][Number(node.dataset.index)];

const paint = () => {
  if (!drawn) return;
  const lit = LINES.map((side) => drawn.lines[LINES.indexOf(side)].map(({ unit }) => lab.isLit(side, unit)));
  const main = LINES.indexOf(lab.light.side);
  const isWanted = (t, s) => (lab.light.also && lab.light.also.side !== lab.light.side ? lit[0][s] && lit[1][t] : main === 1 ? lit[1][t] : lit[0][s]);
  element.querySelector(".il-ribbon-box").classList.toggle("il-dimmed", main >= 0);
  element.querySelector(".il-ribbon-lit").replaceChildren(...(main >= 0 ? threadsOver(FAINTEST.lit, isWanted) : []));
  LINES.forEach((side, line) => nodes(side).forEach((node, index) => {
    const weight = main >= 0 && line !== main ? Math.max(0, ...weightsOf(side, index).filter((_, other) => lit[main][other])) : 0;
    node.classList.toggle("il-lit", lit[line][index]);
    node.style.setProperty("--weight", Math.min(1, weight).toFixed(3));
  }));
};

const wordOf = ({ target }) => target.closest?.(".il-ribbon-word");
const light = (node, held = false) => lab.lightUp(node.dataset.side, boxOf(node).unit.from, boxOf(node).unit.to, held);
const toggleHold = (node) => {
  const isSame = lab.light.held && lab.isLit(node.dataset.side, boxOf(node).unit);
  lab.letGo();
  light(node, !isSame);
};
// Along the line; across to the word that is looked at most.
const walk = (node) => (event) => {
  const { side, index } = boxOf(node);
  const [back, on] = drawn.upright ? ["ArrowUp", "ArrowDown"] : ["ArrowLeft", "ArrowRight"];
  if (event.key === "Enter" || event.key === " ") toggleHold(node);
  else if (event.key === back || event.key === on) goTo(side, index + (event.key === on ? 1 : -1));
  else if (event.key.startsWith("Arrow")) goTo(LINES[side === "source" ? 1 : 0], strongest(side, index)[0] ?? 0);
  else return;
  event.preventDefault();
};
const goTo = (side, index) => {
  const next = nodes(side)[index];
  if (!next) return;
  for (const node of nodes(side)) node.setAttribute("tabindex", node === next ? 0 : -1);
  next.focus();
  if (lab.light.held) light(next, true);
  next.scrollIntoView({ block: "nearest", inline: "nearest" });
};

element.addEventListener("pointerover", (event) => { if (wordOf(event)) light(wordOf(event)); else if (event.target.closest?.(".il-ribbon-box")) lab.lightUp(null); });
element.addEventListener("pointerleave", () => lab.lightUp(null));
element.addEventListener("focusin", (event) => { if (wordOf(event)) light(wordOf(event)); });
element.addEventListener("focusout", (event) => { if (wordOf(event)) lab.lightUp(null); });
element.addEventListener("click", (event) => { if (wordOf(event)) toggleHold(wordOf(event)); });
element.addEventListener("keydown", (event) => { if (wordOf(event)) walk(wordOf(event))(event); });
follow(draw, paint);
