// The attention map: rows are what was written, columns what was looked at. Parts before this one: pictures, view_bar, heat_edit, heat_cells.
// `map` is what is drawn, `here` the cell under the pointer or the keyboard's cursor; the words of other views come through the light.
let map = null;
// `last` is where the cursor comes back to.
let here = null;
let last = null;
let mine = false;
const asMine = (act) => { mine = true; act(); mine = false; };
const tip = h("div", { class: "il-heat-tip", "aria-hidden": "true", hidden: true });
const spoken = h("p", { class: "il-spoken", "aria-live": "polite" });

const draw = () => {
  here = last = map = null;
  tip.hidden = true;
  if (!lab.page) return show(h("p", { class: "il-empty", text: labels.empty }));
  const kind = kindNow();
  if (!kind) return show(noAttention());
  const scrolled = element.querySelector(".il-heat");
  const [rowSide, columnSide] = lab.sidesOf(kind);
  const [rows, columns] = [lab.unitsOf(rowSide), lab.unitsOf(columnSide)];
  const size = layOut(rows, columns, root().clientWidth || 640);
  map = { rowSide, columnSide, rows, columns, size, matrix: withEdits(lab.matrixOf(kind)) };
  const box = heatBox();
  show(viewBar([kindChoice(), layerChoice(sizeOf(kind)), headChoice(sizeOf(kind)), unitChoice()], editButton(), pictureMenu(() => heatPicture(map), "heatmap", () => viewTold(kind))),
    leftOut(), editBar(), alignerTold(kind), box, scale(), tip, spoken);
  if (scrolled) box.scrollTo(scrolled.scrollLeft, scrolled.scrollTop);
  paint();
};

const sheet = (name, width, height, ...children) => svg("svg", { class: `il-heat-${name}`, width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" }, ...children);
// Four sheets, so that the labels stay in sight while the cells scroll.
const heatBox = () => {
  const { size, rows, columns, matrix } = map;
  const cells = sheet("cells", size.width + size.overhang, size.height, ground(size), cellGroup(matrix, size.cell), svg("g"));
  const box = h("div", {
    class: `il-heat${edit.on ? " il-editing" : ""}`, tabindex: 0, role: "application", "aria-roledescription": labels.map, "data-testid": "heatmap",
    "aria-label": say(labels.map_of, { rows: rows.length, columns: columns.length }), vars: { "--side": `${size.side}px` },
  }, sheet("corner", size.side, size.top), sheet("top", size.width + size.overhang, size.top, columnLabels(columns, size)),
  sheet("side", size.side, size.height, rowLabels(rows, size)), cells);
  listen(box, cells);
  return box;
};
const redrawCells = () => {
  const cells = element.querySelector(".il-heat-cells");
  cells.children[1].replaceWith(cellGroup(map.matrix, map.size.cell));
  element.querySelector(".il-heat-side").replaceChildren(rowLabels(map.rows, map.size));
  paint();
};
const scale = () => h("p", { class: "il-legend il-heat-scale" }, h("span", { text: "0 %" }), h("i"), h("span", { text: "100 %" }), h("span", { text: labels.legend }));

const unitsHere = () => [map.rows[here.row], map.columns[here.column]];
const tellHere = () => {
  if (!map) return;
  tip.hidden = !here;
  if (!here) return;
  const [row, column] = unitsHere();
  tip.replaceChildren(h("bdi", { text: row.text }), h("span", { class: "il-arrow", text: "←" }), h("bdi", { text: column.text }), h("b", { text: percent(map.matrix[here.row][here.column]) }));
  const frame = root().getBoundingClientRect();
  const cells = element.querySelector(".il-heat-cells").getBoundingClientRect();
  const { wide, high } = map.size.cell;
  const x = cells.left - frame.left + (here.column + 0.5) * wide - tip.offsetWidth / 2;
  const y = cells.top - frame.top + here.row * high - tip.offsetHeight - 8;
  tip.style.left = `${Math.max(0, Math.min(x, frame.width - tip.offsetWidth))}px`;
  tip.style.top = `${y < 0 ? y + high + tip.offsetHeight + 16 : y}px`;
};
const light = (held = false) => {
  const [row, column] = unitsHere();
  asMine(() => lab.lightUp(map.rowSide, row.from, row.to, held, { side: map.columnSide, from: column.from, to: column.to }));
};
const goTo = (cell, byKey = false) => {
  if (cell?.row === here?.row && cell?.column === here?.column) return;
  here = cell;
  last = cell || last;
  if (here) light(byKey && lab.light.held);
  else lab.lightUp(null);
  tellHere();
  if (here && byKey) announce();
};
const announce = () => {
  const [row, column] = unitsHere();
  spoken.textContent = say(labels.cell, { row: row.text, column: column.text, percent: percent(map.matrix[here.row][here.column]) });
  const { cell: { wide, high }, side, top } = map.size;
  const box = element.querySelector(".il-heat");
  const [x, y] = [here.column * wide, here.row * high];
  box.scrollTo(Math.min(x, Math.max(box.scrollLeft, x + 2 * wide + side - box.clientWidth)), Math.min(y, Math.max(box.scrollTop, y + 2 * high + top - box.clientHeight)));
  tellHere();
};
const hold = () => {
  if (lab.light.held) asMine(lab.letGo);
  else light(true);
};

// Bands over what is lit, here or in another view; the labels follow.
const paint = () => {
  if (!map) return;
  const lit = (units, side, own) => units.map((unit, index) => (here ? index === own : lab.isLit(side, unit)) ? index : -1).filter((index) => index >= 0);
  const rows = lit(map.rows, map.rowSide, here?.row);
  const columns = lit(map.columns, map.columnSide, here?.column);
  const { cell: { wide, high }, width, height } = map.size;
  const overlay = element.querySelector(".il-heat-cells").lastElementChild;
  overlay.replaceChildren(...rows.map((row) => svg("rect", { class: "il-band", y: row * high, width, height: high, rx: 3 })),
    ...columns.map((column) => svg("rect", { class: "il-band", x: column * wide, width: wide, height, rx: 3 })),
    ...(here ? [svg("rect", { class: "il-spot", x: here.column * wide, y: here.row * high, width: wide, height: high, rx: 3 })] : []));
  for (const [name, indexes] of [["side", rows], ["top", columns]]) {
    for (const text of element.querySelectorAll(`.il-heat-${name} text`)) text.classList.toggle("il-lit", indexes.includes(Number(text.dataset.index)));
  }
};

const cellAt = (cells, { clientX, clientY }) => {
  const frame = cells.getBoundingClientRect();
  const [column, row] = [(clientX - frame.left) / map.size.cell.wide, (clientY - frame.top) / map.size.cell.high].map(Math.floor);
  return row >= 0 && column >= 0 && row < map.rows.length && column < map.columns.length ? { row, column } : null;
};
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -Infinity], End: [0, Infinity], PageUp: [-Infinity, 0], PageDown: [Infinity, 0] };
const clipped = (place, count) => Math.max(0, Math.min(count - 1, place));
const onKey = (event) => {
  const move = MOVES[event.key];
  const from = here || last;
  if (move) goTo(from ? { row: clipped(from.row + move[0], map.rows.length), column: clipped(from.column + move[1], map.columns.length) } : { row: 0, column: 0 }, true);
  else if (here && (event.key === "Enter" || event.key === " ")) hold();
  else if (here && edit.on && ["+", "=", "-"].includes(event.key)) { nudge(here, event.key); announce(); }
  else return;
  event.preventDefault();
};
const listen = (box, cells) => {
  cells.addEventListener("pointermove", (event) => { if (!event.buttons) goTo(lab.light.held ? here : cellAt(cells, event)); });
  cells.addEventListener("pointerleave", () => { if (!lab.light.held) goTo(null); });
  cells.addEventListener("pointerdown", (event) => {
    const cell = cellAt(cells, event);
    if (!cell) return;
    const again = lab.light.held && cell.row === here?.row && cell.column === here?.column;
    if (lab.light.held) lab.letGo();
    goTo(cell);
    if (edit.on) startDrag(cells, event, cell);
    else if (!again) hold();
  });
  box.addEventListener("keydown", onKey);
  box.addEventListener("blur", () => { if (!lab.light.held) goTo(null); });
  box.addEventListener("scroll", () => tellHere(), { passive: true });
  for (const [name, side, units] of [["side", map.rowSide, map.rows], ["top", map.columnSide, map.columns]]) {
    box.querySelector(`.il-heat-${name}`).addEventListener("pointerover", ({ target }) => {
      const unit = units[target.dataset?.index];
      lab.lightUp(unit ? side : null, unit?.from, unit?.to);
    });
    box.querySelector(`.il-heat-${name}`).addEventListener("pointerleave", () => lab.lightUp(null));
  }
};

follow(draw, () => {
  if (!mine) here = null;
  tellHere();
  paint();
});
