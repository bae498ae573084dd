// Two to four translations side by side, each as a diff against the first, and where their attention differs.
// Value: compare of demo_app/viz/compare.py.
const bus = window.interlinear.lab;
const NARROW = 620, ROW = 24;
// `at` is the cell pointed at, `words` which units of the page the rows and columns of the map are.
const state = { against: 1, wide: 0, at: [], words: null };
const signed = (number, digits = 2) => number.toFixed(digits).replace("-", "−");
const changes = (edits) => edits.filter(({ kind }, at) => kind !== "equal" && (at === 0 || edits[at - 1].kind === "equal")).length;
// What is shown of a column: by words as it stands, or by pieces, spelled as everywhere in the lab.
const isByPieces = () => bus.view.unit === "pieces";
const differenceOf = ({ difference, pieces }) => {
  if (!isByPieces() || !pieces.difference) return isByPieces() ? null : difference;
  const { rows, columns, values } = pieces.difference;
  return { rows: rows.map((row) => ({ ...row, text: bus.pieceText(row.text) })), columns: columns.map(bus.pieceText), values };
};
const editsOf = ({ edits, pieces }) => (isByPieces() ? pieces.edits : edits);
const TAGS = { equal: "span", insert: "ins", delete: "del" };
const diffPieces = (edits) => edits.flatMap(({ kind, before, after }) => {
  const piece = after || before;
  return [piece.startsWith("▁") && " ", h(TAGS[kind], { class: "il-piece", text: bus.pieceText(piece) })].filter(Boolean);
});

const fact = (name, text, share, hint) => h("div", { class: "il-fact", title: hint },
  h("dt", { text: labels[name] }), h("dd", { text }),
  share !== null && h("i", { class: "il-bar", "aria-hidden": "true", "data-name": name, vars: { "--share": share.toFixed(4) } }));
const facts = (column, { columns, judge }) => {
  const likeliest = Math.max(...columns.map(({ log_prob }) => log_prob)), slowest = Math.max(...columns.map(({ duration_ms }) => duration_ms ?? 0));
  const milliseconds = (number) => say(labels.ms, { number: number < 10 ? number.toFixed(1) : Math.round(number) });
  return h("dl", { class: "il-compared" },
    fact("log_prob", signed(column.log_prob), judge ? Math.exp(column.log_prob - likeliest) : null, judge ? say(labels.log_prob_hint, { model: judge }) : labels.log_prob_own),
    fact("score", signed(column.score), null, labels.score_hint),
    column.duration_ms !== null && fact("time", milliseconds(column.duration_ms), column.duration_ms / (slowest || 1), labels.time_hint));
};
const verdict = (edits, index) => (index === 0 ? labels.first : changes(edits) ? say(labels.changed, { count: changes(edits) }) : labels.same);
const side = (column, index, value) => h("article", { class: "il-side", "data-testid": "column" },
  h("header", {}, h("h3", { text: column.title }), h("span", { class: "il-meta", text: column.model })),
  h("p", { class: "il-said", dir: "auto" }, ...(column.text ? (isByPieces() ? diffPieces : diffWords)(editsOf(column))
    : [h("i", { class: "il-empty", text: labels.no_words })])),
  h("p", { class: "il-verdict", text: [verdict(editsOf(column), index), column.is_changed && labels.is_changed].filter(Boolean).join(" · ") }),
  facts(column, value));

// The strongest colour stands for the next of these, so that small differences are seen and the legend stays readable.
const SCALES = [0.1, 0.25, 0.5, 1];
const scaleOf = (values) => {
  const most = Math.max(0, ...values.flatMap((row) => row || []).map(Math.abs));
  return SCALES.find((scale) => most <= scale) || 1;
};
const shortened = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);
const wideAs = (text) => [...text].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 13 : 7.4), 0);

const picture = ({ rows, columns, values }, width, told) => {
  const scale = scaleOf(values), left = Math.min(130, Math.max(...rows.map(({ text }) => wideAs(shortened(text, 14))))) + 12;
  const cell = Math.max(18, Math.min(64, Math.floor((width - left - 44) / columns.length))), right = 44;
  const names = columns.map((text) => shortened(text, 12)), level = names.every((name) => wideAs(name) < cell - 2), head = level ? 30 : 74;
  const [wide, high] = [left + cell * columns.length + right, head + ROW * rows.length];
  const hatch = `il-hatch-${rows.length}-${columns.length}`;
  const cells = rows.flatMap((row, t) => (values[t] === null
    ? [svg("rect", { class: "il-alone", fill: `url(#${hatch})`, x: left, y: head + t * ROW, width: cell * columns.length - 1, height: ROW - 1, rx: 2 })]
    : values[t].map((number, s) => svg("rect", {
      class: "il-cell", "data-row": t, "data-column": s, "data-sign": number < 0 ? "less" : "more", "fill-opacity": Math.min(1, Math.abs(number) / scale).toFixed(3),
      x: left + s * cell, y: head + t * ROW, width: cell - 1, height: ROW - 1, rx: 2,
    }))));
  const frames = rows.map((row, t) => values[t] && svg("rect", { class: "il-sunken", x: left, y: head + t * ROW, width: cell * columns.length - 1, height: ROW - 1, rx: 2 }));
  const map = svg("svg", { class: "il-difference", role: "img", tabindex: 0, "aria-label": labels.difference, width: wide, height: high, viewBox: `0 0 ${wide} ${high}` },
    svg("defs", {}, svg("pattern", { id: hatch, width: 6, height: 6, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" }, svg("line", { class: "il-stripe", y2: 6, "stroke-width": 2 }))),
    ...names.map((text, s) => svg("text", {
      class: "il-name", "data-column": s, "text-anchor": level ? "middle" : "start",
      transform: `translate(${left + (s + 0.5) * cell - 2},${head - 8}) rotate(${level ? 0 : -45})`, text,
    })),
    ...rows.map((row, t) => svg("text", { class: "il-name", "data-row": t, "data-side": row.side, x: left - 8, y: head + t * ROW + 16, "text-anchor": "end", text: shortened(row.text, 14) })),
    ...frames, ...cells);
  const pointAt = (row, column) => {
    const number = values[row]?.[column];
    told.textContent = number === undefined ? "" : say(labels.cell, { row: rows[row].text, column: columns[column], number: (number > 0 ? "+" : "") + signed(number) });
    state.at = number === undefined ? [] : [Number(row), Number(column)];
    light();
    paint();
  };
  let here = [values.findIndex(Boolean), 0];
  map.addEventListener("pointerover", ({ target }) => pointAt(target.dataset.row, target.dataset.column));
  map.addEventListener("pointerleave", () => pointAt());
  map.addEventListener("focus", () => pointAt(...here));
  map.addEventListener("blur", () => pointAt());
  map.addEventListener("keydown", (event) => {
    const [down, right] = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key] || [];
    if (down === undefined) return;
    event.preventDefault();
    let [row, column] = [here[0] + down, here[1] + right];
    while (down && values[row] === null) row += down;
    if (values[row]?.[column] !== undefined) here = [row, column];
    pointAt(...here);
  });
  return map;
};
// Rows are units of both translations, of which the page shows one, if any.
const wordsOf = ({ rows, columns }, texts) => {
  const { target } = bus.page;
  const alike = (words, named) => (words.length === named.length && words.every(({ text }, at) => text === named[at]) ? words : []);
  const sides = ["both", ["first", "other"][texts.indexOf(target.text)]];
  const mine = rows.flatMap(({ side }, row) => (sides.includes(side) ? [row] : []));
  const targets = alike(bus.unitsOf("target"), mine.map((row) => rows[row].text));
  return { column: alike(bus.unitsOf("source"), columns), row: rows.map((_, row) => targets[mine.indexOf(row)]) };
};
const light = () => {
  const [row, column] = [state.words.row[state.at[0]], state.words.column[state.at[1]]];
  const also = column && { side: "source", from: column.from, to: column.to };
  if (row) bus.lightUp("target", row.from, row.to, false, also);
  else bus.lightUp(also ? "source" : null, also?.from, also?.to);
};
// The cell pointed at, and the names of what is lit, here or in another view.
const paint = () => {
  if (!state.words) return;
  const [row, column] = state.at;
  const isLit = (side, unit) => Boolean(unit) && bus.isLit(side, unit);
  for (const one of element.querySelectorAll(".il-difference [data-row], .il-difference [data-column]")) {
    const [r, c] = [one.dataset.row, one.dataset.column].map((at) => (at === undefined ? null : Number(at)));
    const isHere = one.matches(".il-cell") ? r === row && c === column
      : r === null ? c === column || isLit("source", state.words.column[c]) : r === row || isLit("target", state.words.row[r]);
    one.classList.toggle("il-here", isHere);
  }
};
const legend = (values) => {
  const scale = scaleOf(values);
  return h("p", { class: "il-scale" }, h("span", { text: `${labels.less} −${scale}` }), h("i"), h("span", { text: `+${scale} ${labels.more}` }));
};
const comparison = ({ columns }) => {
  const mapped = columns.map((column, index) => (differenceOf(column) ? index : -1)).filter((index) => index > 0);
  if (!mapped.length) return h("p", { class: "il-remark il-apart", text: isByPieces() ? labels.no_difference_pieces : labels.no_difference });
  if (!mapped.includes(state.against)) [state.against] = mapped;
  const { title } = columns[state.against], difference = differenceOf(columns[state.against]);
  state.words = wordsOf(difference, [columns[0].text, columns[state.against].text]);
  const told = h("p", { class: "il-told", role: "status" });
  const choose = (index) => { state.against = mapped[index]; draw(); };
  const buttons = mapped.map((index, place) => h("button", {
    type: "button", role: "radio", text: columns[index].title, "aria-checked": String(index === state.against),
    tabindex: index === state.against ? 0 : -1, onclick: () => choose(place),
  }));
  const group = buttons.length > 1 && h("div", { class: "il-segmented", role: "radiogroup", "aria-label": labels.against }, ...buttons);
  if (group) group.addEventListener("keydown", (event) => { arrowKeys(event, buttons, choose); root().querySelector('[aria-checked="true"]').focus(); });
  const map = picture(difference, Math.min(state.wide, 900), told);
  return h("section", { class: "il-differs" },
    h("header", {}, h("h3", { text: labels.difference }), h("span", { class: "il-tools" }, group, pictureMenu(() => map.cloneNode(true), "attention_difference", () => labels[bus.view.unit]))),
    h("p", { class: "il-remark", text: say(labels.difference_hint, { other: title, first: columns[0].title }) }),
    legend(difference.values), h("div", { class: "il-sideways" }, map), told);
};

const draw = () => {
  const value = props.value;
  Object.assign(state, { at: [], words: null, unit: bus.view.unit });
  if (!value?.columns?.length || !bus.isHere(value.of)) return show(h("p", { class: "il-empty", text: labels.empty }));
  bus.loaded.comparison = value;
  state.wide = root().clientWidth;
  show(h("div", { class: "il-sides", "data-narrow": state.wide < NARROW, vars: { "--count": value.columns.length } },
    ...value.columns.map((column, index) => side(column, index, value))), comparison(value));
};
root().classList.add("il-compare");
onValue(draw);
bus.onPage(draw);
bus.onLight(paint);
bus.onView(({ unit }) => { if (unit !== state.unit) draw(); });
new ResizeObserver(() => { if (Math.abs(root().clientWidth - state.wide) > 1) draw(); }).observe(root());
