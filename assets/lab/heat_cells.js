// The drawing of a map: cells as one path for each shade, so that 200 × 200 cost as little as 20 × 20, and labels that never collide.
const SHADES = 24;
const GAMMA = 0.7;
const FONT_PX = 12;
const CELL_PX = { most: 34, least: 14, crowded: 6, many: 60, tall: 640 };
const PAD = 8;

// Sizes for so many rows and columns in so much room.
const layOut = (rows, columns, room) => {
  const roomy = room > 560;
  const side = Math.ceil(Math.min(roomy ? 140 : 84, Math.max(...rows.map(({ text }) => measure(text, FONT_PX, 600))))) + 2 * PAD;
  const longest = Math.min(roomy ? 120 : 84, Math.max(...columns.map(({ text }) => measure(text, FONT_PX, 600))));
  const crowded = Math.max(rows.length, columns.length) > CELL_PX.many;
  const fits = (overhang) => Math.floor(Math.min((room - side - overhang) / columns.length, CELL_PX.tall / rows.length));
  const within = (cell) => Math.max(crowded ? CELL_PX.crowded : CELL_PX.least, Math.min(CELL_PX.most, cell));
  const slanted = within(fits(longest * Math.SQRT1_2));
  const angle = longest + PAD <= slanted ? 0 : slanted * Math.SQRT1_2 >= FONT_PX + 0.5 ? 45 : 90;
  const cell = angle === 90 ? within(fits(PAD)) : slanted;
  const top = { 0: FONT_PX + 12, 45: longest * Math.SQRT1_2 + 20, 90: longest + 12 }[angle];
  return {
    cell, angle, side, longest, top: Math.ceil(top), width: columns.length * cell, height: rows.length * cell,
    overhang: angle === 45 ? Math.ceil(longest * Math.SQRT1_2) : PAD, every: Math.max(1, Math.ceil((FONT_PX + 1) / cell)),
  };
};

const shadeOf = (weight) => Math.round(Math.min(1, Math.max(0, weight)) ** GAMMA * SHADES);
const square = (x, y, size, corner) => (corner
  ? `M${x + corner} ${y}h${size - 2 * corner}a${corner} ${corner} 0 0 1 ${corner} ${corner}v${size - 2 * corner}a${corner} ${corner} 0 0 1 ${-corner} ${corner}h${2 * corner - size}a${corner} ${corner} 0 0 1 ${-corner} ${-corner}v${2 * corner - size}a${corner} ${corner} 0 0 1 ${corner} ${-corner}z`
  : `M${x} ${y}h${size}v${size}h${-size}z`);
const cellGroup = (matrix, cell) => {
  const gap = cell >= 10 ? 1 : 0;
  const corner = cell >= 18 ? 3 : cell >= 10 ? 2 : 0;
  const shades = Array.from({ length: SHADES + 1 }, () => []);
  matrix.forEach((row, r) => row.forEach((weight, c) => {
    const shade = shadeOf(weight);
    if (shade) shades[shade].push(square(c * cell + gap / 2, r * cell + gap / 2, cell - gap, corner));
  }));
  return svg("g", {}, ...shades.map((squares, shade) => squares.length > 0
    && svg("path", { class: "il-shade", d: squares.join(""), "fill-opacity": (shade / SHADES).toFixed(3) })));
};

const label = (unit, index, text, place) => svg("text", {
  class: `il-axis${unit.special ? " il-special" : ""}`, "data-index": index, ...place, text,
});
const rowLabels = (rows, { cell, side, every }) => svg("g", {}, ...rows.flatMap((unit, index) => (index % every ? [] : [
  label(unit, index, shorten(unit.text, FONT_PX, side - 2 * PAD), { x: side - PAD, y: Math.max(FONT_PX / 2 + 1, (index + 0.5) * cell), "text-anchor": "end" }),
  isEdited(unit) && svg("rect", { class: "il-edit-mark", x: side - 4, y: index * cell + 2, width: 3, height: cell - 4, rx: 1.5 }),
])));
const columnLabels = (columns, { cell, angle, longest, top, every }) => svg("g", {}, ...columns.map((unit, index) => (index % every ? null : label(
  unit, index, shorten(unit.text, FONT_PX, longest),
  { transform: `translate(${Math.max(FONT_PX / 2, (index + 0.5) * cell) + (angle === 45 ? 2 : 0)} ${top - PAD}) rotate(${-angle})`, "text-anchor": angle ? "start" : "middle" },
))));

// A word on every cell, for pictures; too many would make a file of megabytes.
const MAX_TITLES = 5000;
const cellTitles = ({ matrix, rows, columns, size }) => (rows.length * columns.length > MAX_TITLES ? null : svg("g", {}, ...matrix.flatMap((row, r) => row.map((weight, c) => svg(
  "rect", { x: c * size.cell, y: r * size.cell, width: size.cell, height: size.cell, "fill-opacity": 0 },
  svg("title", { text: `${rows[r].text} ← ${columns[c].text}: ${percent(weight)}` }),
)))));

const at = (x, y, group) => { group?.setAttribute("transform", `translate(${x} ${y})`); return group; };
const ground = ({ width, height }) => svg("rect", { class: "il-heat-ground", width, height, rx: 4 });
// The whole map as one picture, as it is saved.
const heatPicture = (drawn) => {
  const { matrix, rows, columns, size } = drawn;
  const [width, height] = [size.side + size.width + size.overhang, size.top + size.height];
  return svg("svg", { viewBox: `0 0 ${width} ${height}` },
    at(size.side, 0, columnLabels(columns, size)), at(0, size.top, rowLabels(rows, size)),
    at(size.side, size.top, svg("g", {}, ground(size), cellGroup(matrix, size.cell), cellTitles(drawn))));
};
