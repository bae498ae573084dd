// The drawing of a map: cells as one path for each shade, so that 200 × 200 cost as little as 20 × 20, and labels that never collide.
const SHADES = 24;
const GAMMA = 0.7;
const FONT_PX = 12;
const CELL_PX = { most: 34, widest: 88, least: 14, crowded: 6, many: 60, tall: 640 };
const PAD = 8;

// Sizes for so many rows and columns in so much room.
const layOut = (rows, columns, room) => {
  const roomy = room > 560;
  const side = Math.ceil(Math.min(roomy ? 140 : 84, Math.max(...rows.map(({ text }) => measure(text, FONT_PX, 600))))) + 2 * PAD;
  const longest = Math.min(roomy ? 120 : 84, Math.max(...columns.map(({ text }) => measure(text, FONT_PX, 600))));
  const crowded = Math.max(rows.length, columns.length) > CELL_PX.many;
  const clamp = (cell, most) => Math.max(crowded ? CELL_PX.crowded : CELL_PX.least, Math.min(most, Math.floor(cell)));
  const across = (overhang, most) => clamp((room - side - overhang) / columns.length, most);
  const high = clamp(CELL_PX.tall / rows.length, CELL_PX.most);
  const level = across(PAD, Math.max(CELL_PX.most, Math.min(CELL_PX.widest, Math.ceil(longest) + PAD)));
  // Cells are square, unless one side has so many that the labels of the other would have to go though there is room.
  const square = Math.max(high, FONT_PX + 1);
  const slanted = Math.min(square, across(longest * Math.SQRT1_2, CELL_PX.most));
  const angle = longest + PAD / 2 <= level ? 0 : slanted * Math.SQRT1_2 >= FONT_PX + 0.5 ? 45 : 90;
  const wide = { 0: level, 45: slanted, 90: Math.min(square, across(PAD, CELL_PX.most)) }[angle];
  const cell = { wide, high: angle ? Math.min(high, Math.max(wide, FONT_PX + 1)) : high };
  const top = { 0: FONT_PX + 12, 45: longest * Math.SQRT1_2 + 20, 90: longest + 12 }[angle];
  const every = (room) => Math.max(1, Math.ceil((FONT_PX + 1) / room));
  return {
    cell, angle, side, longest, top: Math.ceil(top), width: columns.length * cell.wide, height: rows.length * cell.high,
    overhang: angle === 45 ? Math.ceil(longest * Math.SQRT1_2) : PAD, everyRow: every(cell.high), everyColumn: angle ? every(cell.wide) : 1,
  };
};

const shadeOf = (weight) => Math.round(Math.min(1, Math.max(0, weight)) ** GAMMA * SHADES);
const block = (x, y, wide, high, corner) => {
  if (!corner) return `M${x} ${y}h${wide}v${high}h${-wide}z`;
  const bend = (dx, dy) => `a${corner} ${corner} 0 0 1 ${dx * corner} ${dy * corner}`;
  const [along, down] = [wide - 2 * corner, high - 2 * corner];
  return `M${x + corner} ${y}h${along}${bend(1, 1)}v${down}${bend(-1, 1)}h${-along}${bend(-1, -1)}v${-down}${bend(1, -1)}z`;
};
const cellGroup = (matrix, { wide, high }) => {
  const least = Math.min(wide, high);
  const gap = least >= 10 ? 1 : 0;
  const corner = least >= 18 ? 3 : least >= 10 ? 2 : 0;
  const shades = Array.from({ length: SHADES + 1 }, () => []);
  matrix.forEach((row, r) => row.forEach((weight, c) => {
    const shade = shadeOf(weight);
    if (shade) shades[shade].push(block(c * wide + gap / 2, r * high + gap / 2, wide - gap, high - gap, corner));
  }));
  return svg("g", {}, ...shades.map((squares, shade) => squares.length > 0
    && svg("path", { class: "il-shade", d: squares.join(""), "fill-opacity": (shade / SHADES).toFixed(3) })));
};

const label = (unit, index, text, place) => svg("text", {
  class: `il-axis${unit.special ? " il-special" : ""}`, "data-index": index, ...place, text,
});
const rowLabels = (rows, { cell: { high }, side, everyRow }) => svg("g", {}, ...rows.flatMap((unit, index) => (index % everyRow ? [] : [
  label(unit, index, shorten(unit.text, FONT_PX, side - 2 * PAD), { x: side - PAD, y: Math.max(FONT_PX / 2 + 1, (index + 0.5) * high), "text-anchor": "end" }),
  isEdited(unit) && svg("rect", { class: "il-edit-mark", x: side - 4, y: index * high + 2, width: 3, height: high - 4, rx: 1.5 }),
])));
const columnLabels = (columns, { cell: { wide }, angle, longest, top, everyColumn }) => svg("g", {}, ...columns.map((unit, index) => (index % everyColumn ? null : label(
  unit, index, shorten(unit.text, FONT_PX, longest),
  { transform: `translate(${Math.max(FONT_PX / 2, (index + 0.5) * wide) + (angle === 45 ? 2 : 0)} ${top - PAD}) rotate(${-angle})`, "text-anchor": angle ? "start" : "middle" },
))));

// A word on every cell, for pictures; too many would make a file of megabytes.
const MAX_TITLES = 5000;
const cellTitles = ({ matrix, rows, columns, size }) => (rows.length * columns.length > MAX_TITLES ? null : svg("g", {}, ...matrix.flatMap((row, r) => row.map((weight, c) => svg(
  "rect", { x: c * size.cell.wide, y: r * size.cell.high, width: size.cell.wide, height: size.cell.high, "fill-opacity": 0 },
  svg("title", { text: `${rows[r].text} ← ${columns[c].text}: ${percent(weight)}` }),
)))));

const at = (x, y, group) => { group?.setAttribute("transform", `translate(${x} ${y})`); return group; };
const ground = ({ width, height }) => svg("rect", { class: "il-heat-ground", width, height, rx: 4 });
// What the shades mean, for pictures.
const shadeScale = () => {
  const weights = Array.from({ length: 17 }, (_, step) => step / 16), wide = 6, high = 8;
  const from = measure("0 %", FONT_PX, 99) + PAD, to = from + weights.length * wide + PAD, last = to + measure("100 %", FONT_PX, 99) + 2 * PAD;
  const told = (x, text) => svg("text", { class: "il-axis", x, y: high / 2, text });
  const shades = svg("g", {}, ground({ width: weights.length * wide, height: high }), cellGroup([weights], { wide, high }));
  return { wide: last + measure(labels.legend, FONT_PX, 600), group: svg("g", {}, told(0, "0 %"), at(from, 0, shades), told(to, "100 %"), told(last, labels.legend)) };
};
// The whole map as one picture, as it is saved.
const heatPicture = (drawn) => {
  const { matrix, rows, columns, size } = drawn;
  const { wide, group } = shadeScale();
  const [width, height] = [size.side + Math.max(size.width + size.overhang, wide), size.top + size.height + 28];
  return svg("svg", { viewBox: `0 0 ${width} ${height}` },
    at(size.side, 0, columnLabels(columns, size)), at(0, size.top, rowLabels(rows, size)),
    at(size.side, size.top, svg("g", {}, ground(size), cellGroup(matrix, size.cell), cellTitles(drawn))), at(size.side, height - 12, group));
};
