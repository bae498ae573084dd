// What all views of the lab share: the page data (docs/lab-data.md), what is lit, and how it is looked at.
// Runs once, from the head of the page; views use `interlinear.lab`.
(() => {
  const NOTHING = { side: null, from: 0, to: 0, held: false, also: null };
  const listeners = { page: new Set(), weight: new Set(), light: new Set(), view: new Set() };
  const tell = (name, value) => { for (const listener of [...listeners[name]]) listener(value); };
  // What the decoder has read when it writes: a start mark and the target, one piece later, without its last.
  const readSide = ({ pieces, words, language }) => {
    const start = { text: "<s>", from: 0, to: 1, special: true };
    const later = words.map((word) => ({ ...word, from: word.from + 1, to: Math.min(word.to + 1, pieces.length) }));
    return { language, pieces: ["<s>", ...pieces.slice(0, -1)], words: [start, ...later.filter(({ from, to }) => from < to)] };
  };
  // A piece that was read is lit where it was written.
  const asWritten = ({ side, from, to }) => (side === "read" ? { side: "target", from: from - 1, to: to - 1 } : { side, from, to });

  const lab = {
    page: null,
    light: NOTHING,
    // What views asked for and drew besides the page, by its name in the data that are downloaded.
    loaded: {},
    // Without a kind, the first that the page has.
    view: { unit: "words", kind: null, layer: null, head: null },
    show(page) {
      lab.page = { ...page, read: readSide(page.target) };
      lab.light = NOTHING;
      tell("page", lab.page);
    },
    // What words of the source are worth comes a moment after the page.
    weigh(words) {
      const known = new Map(words.map((word) => [word.from, word]));
      for (const word of lab.page.source.words) Object.assign(word, known.get(word.from));
      tell("weight", lab.page);
    },
    // A range of pieces of one side; `held` stays when the pointer leaves, until Escape or another click.
    // `also` is a second range, {side, from, to}: a cell of a map lights two words.
    lightUp(side, from, to, held = false, also = null) {
      if (lab.light.held && !held) return;
      lab.light = side === null ? NOTHING : { ...asWritten({ side, from, to }), held, also: also && asWritten(also) };
      tell("light", lab.light);
    },
    letGo() {
      lab.light = NOTHING;
      tell("light", lab.light);
    },
    setView(change) {
      lab.view = { ...lab.view, ...change };
      tell("view", lab.view);
    },
    // Whether an answer is to what is shown now: it may come late. `of` holds what it depends on.
    isHere(of) {
      const { shown, target, edits } = lab.page || {};
      const here = { translation: shown?.translation, segment: shown?.segment, text: target?.text, edits };
      return Object.entries(of || {}).every(([name, value]) => JSON.stringify(value) === JSON.stringify(here[name]));
    },
    onPage(listener) { listeners.page.add(listener); if (lab.page) listener(lab.page); },
    onWeight(listener) { listeners.weight.add(listener); },
    onLight(listener) { listeners.light.add(listener); },
    onView(listener) { listeners.view.add(listener); },
    // Set by the hidden component that talks to Python.
    ask(kind, detail) { throw new Error(`nobody answers ${kind} ${JSON.stringify(detail)}`); },
  };

  // A piece as it is read, without the space before it.
  lab.pieceText = (piece) => piece.replace("▁", " ").trim() || "▁";
  const pieceUnits = (pieces) => pieces.map((piece, at) => ({
    text: lab.pieceText(piece), from: at, to: at + 1, special: /^(<\/?s>|<2[^<>\s]+>)$/.test(piece),
  }));
  // A piece that goes on with a word wears a hyphen; scripts without spaces have no such words.
  lab.goesOn = (piece) => /^[\p{L}\p{N}]/u.test(piece) && !/^[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}]/u.test(piece);
  lab.unitsOf = (side, unit = lab.view.unit) =>
    (unit === "pieces" ? pieceUnits(lab.page[side].pieces) : lab.page[side].words);
  lab.isLit = (side, unit) => {
    const { side: written, from, to } = asWritten({ side, from: unit.from, to: unit.to });
    return [lab.light, lab.light.also].some((lit) => lit?.side === written && from < lit.to && to > lit.from);
  };

  // `align`: the head that was taught to link words, at the row that has read the word.
  const SIDES = { align: ["target", "source"], cross: ["target", "source"], encoder: ["source", "source"], decoder: ["target", "read"] };
  lab.sidesOf = (kind) => SIDES[kind];
  // Mean over what is not chosen; `"max"` takes the strongest head at each cell.
  const pooled = (maps, layer, head) => {
    const layers = layer === null ? maps : [maps[layer]];
    const chosen = layers.flatMap((heads) => (Number.isInteger(head) ? [heads[head]] : heads));
    const pool = head === "max" ? (values) => Math.max(...values) : (values) => values.reduce((a, b) => a + b, 0) / values.length;
    return chosen.length === 1 ? chosen[0] : chosen[0].map((row, t) => row.map((_, s) => pool(chosen.map((map) => map[t][s]))));
  };
  // A word's row is the mean of its pieces' rows, its column the sum: rows keep their sum.
  const grouped = (matrix, rows, columns) => rows.map(({ from, to }) => columns.map((column) => {
    let sum = 0;
    for (let t = from; t < to; t += 1) for (let s = column.from; s < column.to; s += 1) sum += matrix[t]?.[s] ?? 0;
    return sum / (to - from);
  }));
  lab.kinds = (wanted = Object.keys(SIDES)) => wanted.filter((kind) => lab.page?.attention?.[kind]);
  // The kind that is looked at, where a view shows only some.
  lab.kindOf = (wanted) => lab.kinds(wanted).find((kind) => kind === lab.view.kind) || lab.kinds(wanted)[0];
  // Layer and head as they are chosen; null where the page has no such, or all of them as one mean.
  lab.chosen = (kind, layer = lab.view.layer, head = lab.view.head) => {
    const maps = lab.page?.attention?.[kind] || [];
    const fits = (number, count) => Number.isInteger(number) && number < count && !lab.page.pooled;
    return { layer: fits(layer, maps.length) ? layer : null, head: head === "max" || fits(head, maps[0]?.length) ? head : null };
  };
  // Rows x columns in the unit of the view, or null when the page has no such attention.
  lab.matrixOf = (kind = lab.kindOf(), layer = lab.view.layer, head = lab.view.head, unit = lab.view.unit) => {
    const maps = lab.page?.attention?.[kind];
    if (!maps) return null;
    const [row, column] = SIDES[kind];
    const chosen = lab.chosen(kind, layer, head);
    return grouped(pooled(maps, chosen.layer, chosen.head), lab.unitsOf(row, unit), lab.unitsOf(column, unit));
  };

  document.addEventListener("keydown", (event) => { if (event.key === "Escape" && lab.light.held) lab.letGo(); });
  window.interlinear = { ...window.interlinear, lab };
})();
