// All heads at once, each a small map. Which one aligns is told by its alignment error rate; the heads of a Transformer can be
// switched off. Parts before this one: pictures, view_bar.
const TILE_PX = { most: 150, least: 76 };
const SHADES = 8;
const KINDS = ["cross", "encoder", "decoder"];
const OFF_KINDS = ["transformer"];
const off = new Set();
let order = "layer";
let at = 0;

const kindHere = () => lab.kindOf(KINDS);
const nameOf = ({ layer, head }) => say(labels.head_name, { layer: layer + 1, head: head + 1 });
const keyOf = ({ layer, head }, kind = kindHere()) => `${kind} ${layer} ${head}`;
const errorOf = ({ layer, head }) => (kindHere() === "cross"
  ? (lab.page.aligners || []).find((one) => one.layer === layer && one.head === head)?.aer ?? null : null);
const allHeads = () => {
  const { layers, heads } = sizeOf(kindHere());
  return Array.from({ length: layers * heads }, (_, index) => {
    const one = { layer: Math.floor(index / heads), head: index % heads };
    return { ...one, error: errorOf(one), matrix: lab.matrixOf(kindHere(), one.layer, one.head) };
  });
};
// Best first; what was not measured comes last.
const byError = (a, b) => (a.error ?? 2) - (b.error ?? 2);
const bestOf = (heads) => heads.filter(({ error }) => error !== null).sort(byError)[0] || null;
const givenOff = () => new Set((lab.page.edits?.heads_off || []).map(([kind, layer, head]) => keyOf({ layer, head }, kind)));

// Neighbours of one shade in a row are one rectangle, so forty-eight heads stay light.
const smallMap = (matrix) => {
  const shades = Array.from({ length: SHADES + 1 }, () => []);
  matrix.forEach((row, r) => {
    const levels = row.map((weight) => Math.round(Math.min(1, weight) ** 0.7 * SHADES));
    for (let from = 0; from < levels.length;) {
      let to = from + 1;
      while (levels[to] === levels[from]) to += 1;
      if (levels[from]) shades[levels[from]].push(`M${from} ${r}h${to - from}v1h${from - to}z`);
      from = to;
    }
  });
  return svg("g", {}, svg("rect", { class: "il-heat-ground", width: matrix[0].length, height: matrix.length }),
    ...shades.map((runs, shade) => runs.length > 0 && svg("path", { class: "il-shade", d: runs.join(""), "fill-opacity": (shade / SHADES).toFixed(3) })));
};

const errorTold = ({ error }) => (error === null ? "" : say(labels.aer, { aer: error.toFixed(2) }));
const isSame = (one, other) => one.layer === other?.layer && one.head === other?.head;
const isAligner = ({ layer, head }) => `${[layer, head]}` === `${lab.page.model.aligner}`;
const isChosen = (one) => isSame(one, lab.view);
const choose = (one) => lab.setView(isChosen(one) ? { layer: null, head: null, kind: kindHere() === "cross" ? null : kindHere() } : { layer: one.layer, head: one.head, kind: kindHere() });
const turn = (one, isOn) => {
  off[isOn ? "delete" : "add"](keyOf(one));
  draw();
};

const tile = (one, index, best) => {
  const isOn = !off.has(keyOf(one));
  const error = errorTold(one);
  const square = svg("svg", { viewBox: `0 0 ${one.matrix[0].length} ${one.matrix.length}`, preserveAspectRatio: "none", "aria-hidden": "true" }, smallMap(one.matrix), svg("g"));
  const isBest = isSame(one, best);
  return h("div", { class: `il-tile${isOn ? "" : " il-tile-off"}`, "data-testid": "head" },
    h("button", {
      type: "button", class: "il-tile-map", "data-testid": "head-map", "aria-pressed": String(isChosen(one)), tabindex: index === at ? 0 : -1, "data-index": index,
      "aria-label": [nameOf(one), error, isBest && labels.best].filter(Boolean).join(", "), title: labels.choose_hint, onclick: () => { at = index; choose(one); },
    }, square),
    h("div", { class: "il-tile-name" }, h("span", { text: nameOf(one) }),
      OFF_KINDS.includes(lab.page.model.architecture) && h("button", {
        type: "button", role: "switch", class: "il-head-switch", "aria-checked": String(isOn), "aria-label": say(labels.on_off, { head: nameOf(one) }),
        title: say(labels.on_off, { head: nameOf(one) }), tabindex: index === at ? 0 : -1, "data-testid": "head-switch", "data-index": index, onclick: () => { at = index; turn(one, !isOn); },
      })),
    error && h("div", { class: "il-tile-name il-meta" }, h("span", { title: isAligner(one) ? aboutAligner() : labels.aer_hint, text: error })),
    isBest && h("span", { class: "il-best", text: labels.best, "data-testid": "best-head" }));
};

const sentence = (text) => h("p", { class: "il-empty", text });
const draw = () => {
  if (!lab.page) return show(sentence(labels.empty));
  const kind = kindHere();
  if (!kind) return show(noAttention());
  const { layers, heads } = sizeOf(kind);
  if (lab.page.pooled) return show(sentence(labels.pooled), leftOut());
  if (layers * heads === 1) return show(sentence(labels.one_head));
  const drawn = sorted();
  at = Math.min(at, drawn.length - 1);
  const best = bestOf(drawn);
  const tiles = drawn.map((one, index) => tile(one, index, best));
  const sizes = { "--tile": `${Math.min(TILE_PX.most, Math.max(TILE_PX.least, Math.floor((root().clientWidth || 640) / heads) - 14))}px` };
  const rows = order === "aer" ? [tiles] : Array.from({ length: layers }, (_, layer) => tiles.slice(layer * heads, (layer + 1) * heads));
  const grid = h("div", { class: "il-head-grid", role: "group", "aria-label": labels.heads, vars: sizes }, ...rows.map((row) => h("div", { class: "il-head-row" }, ...row)));
  grid.addEventListener("keydown", (event) => walk(event, drawn, order === "aer" ? null : heads));
  show(viewBar([kindChoice(KINDS), best && orderChoice(), unitChoice()], pictureMenu(headsPicture, "heads", () => viewTold(kindHere()))), offBar(), grid);
  paint();
};
const sorted = () => (order === "aer" && bestOf(allHeads()) ? allHeads().sort(byError) : allHeads());
const orderChoice = () => segmented("order", ["layer", "aer"].map((value) => ({ value, text: labels[`by_${value}`], hint: labels[`by_${value}_hint`] })), order, (value) => { order = value; at = 0; draw(); });

// What is off now against what was off when the page was made.
const offBar = () => {
  const given = givenOff();
  const isChanged = off.size !== given.size || [...off].some((key) => !given.has(key));
  if (!isChanged && !off.size) return null;
  const pairs = () => [...off].map((key) => key.split(" ")).map(([kind, layer, head]) => [kind, Number(layer), Number(head)]);
  return h("div", { class: "il-edit-bar" }, h("span", { class: "il-meta", role: "status", text: say(labels.off_count, { count: off.size }) }),
    h("span", { class: "il-choices" },
      h("button", { type: "button", class: "il-quiet", text: labels.all_on, disabled: !off.size, "data-testid": "all-on", onclick: () => { off.clear(); draw(); } }),
      h("button", { type: "button", class: "il-go", text: labels.decode_without, disabled: !isChanged, "data-testid": "decode-without", onclick: () => lab.ask("heads", { off: pairs() }) })));
};

// Arrow keys walk the grid: left and right along heads, up and down along layers.
const walk = (event, drawn, heads) => {
  const inRow = heads || Math.max(1, [...element.querySelectorAll(".il-tile")].filter((node, _, all) => node.offsetTop === all[0].offsetTop).length);
  const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: inRow, ArrowUp: -inRow }[event.key];
  if (!step || at + step < 0 || at + step >= drawn.length) return;
  event.preventDefault();
  const kindOfStop = event.target.matches(".il-head-switch") ? ".il-head-switch" : ".il-tile-map";
  at += step;
  element.querySelectorAll(".il-tile").forEach((node, index) => { for (const stop of node.querySelectorAll("button")) stop.tabIndex = index === at ? 0 : -1; });
  element.querySelectorAll(".il-tile")[at].querySelector(kindOfStop).focus();
};

// The two words of the cell pointed at light up in every view.
let pointed = "";
const pointAt = ({ target, clientX, clientY }) => {
  const square = target.closest(".il-tile-map")?.querySelector("svg").getBoundingClientRect();
  const [rowSide, columnSide] = square ? lab.sidesOf(kindHere()) : [];
  const at = (units, share) => units[Math.floor(share * units.length)];
  const row = square && at(lab.unitsOf(rowSide), (clientY - square.top) / square.height);
  const column = square && at(lab.unitsOf(columnSide), (clientX - square.left) / square.width);
  const now = row && column ? `${row.from} ${column.from}` : "";
  if (now === pointed) return;
  pointed = now;
  if (now) lab.lightUp(rowSide, row.from, row.to, false, { side: columnSide, from: column.from, to: column.to });
  else lab.lightUp(null);
};
element.addEventListener("pointermove", pointAt);
element.addEventListener("pointerleave", () => { pointed = ""; lab.lightUp(null); });

// The lit words, as bands over each map.
const paint = () => {
  if (!lab.page || !kindHere()) return;
  const [rowSide, columnSide] = lab.sidesOf(kindHere());
  const [rows, columns] = [lab.unitsOf(rowSide), lab.unitsOf(columnSide)];
  const bands = () => [
    ...rows.flatMap((unit, y) => (lab.isLit(rowSide, unit) ? [svg("rect", { class: "il-band", y, width: columns.length, height: 1 })] : [])),
    ...columns.flatMap((unit, x) => (lab.isLit(columnSide, unit) ? [svg("rect", { class: "il-band", x, width: 1, height: rows.length })] : [])),
  ];
  for (const map of element.querySelectorAll(".il-tile-map svg")) map.lastElementChild.replaceChildren(...bands());
};

const headsPicture = () => {
  const { heads } = sizeOf(kindHere());
  const [size, gap, under] = [136, 16, 48];
  const drawn = sorted();
  const best = bestOf(drawn);
  const parts = drawn.map((one, index) => {
    const notes = [errorTold(one), isSame(one, best) && labels.best].filter(Boolean);
    const [x, y] = [(index % heads) * (size + gap), Math.floor(index / heads) * (size + under)];
    return svg("g", { transform: `translate(${x} ${y})` }, svg("title", { text: [nameOf(one), ...notes].join(", ") }),
      svg("g", { transform: `scale(${size / one.matrix[0].length} ${size / one.matrix.length})` }, smallMap(one.matrix)),
      svg("text", { class: "il-axis", y: size + 12, text: nameOf(one) }),
      ...notes.map((text, line) => svg("text", { class: "il-axis il-axis-note", y: size + (line ? 12 : 26), x: line * size, "text-anchor": line ? "end" : "start", text })));
  });
  const width = heads * (size + gap) - gap;
  return svg("svg", { viewBox: `0 0 ${width} ${Math.ceil(drawn.length / heads) * (size + under)}` }, ...parts);
};

lab.onPage(() => { off.clear(); for (const key of givenOff()) off.add(key); });
follow(draw, paint);
