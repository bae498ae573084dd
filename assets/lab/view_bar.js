// What every view of a map has above it: kind of attention, layer, head, words or pieces. All views share one choice.
// Part before this one: unit_choice.
const kindNow = () => lab.kindOf();
// Of these kinds translation and source are linked.
const LINKING = ["align", "cross"];
// How many layers and heads the page really has of a kind; a long sentence arrives with all of them pooled.
const sizeOf = (kind) => {
  const maps = lab.page?.attention?.[kind] || [];
  return { layers: maps.length, heads: maps[0]?.length || 0 };
};
// Said wherever a kind can be chosen; nothing where all was sent.
const leftOut = () => {
  const kinds = lab.page.left_out || [];
  return kinds.length > 0 && h("p", { class: "il-beforehand", "data-testid": "left-out", text: say(labels.left_out, { kinds: kinds.map((kind) => labels[kind]).join(" · ") }) });
};
const noAttention = () => leftOut() || h("p", { class: "il-empty", text: labels.no_attention });
const percent = (share) => (share >= 0.995 ? "100 %" : share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`);

// `choices`: [value, text]; a value may be null, a number or a word.
const picker = (name, choices, chosen, choose) => {
  const node = h("select", { "aria-label": labels[name], "data-testid": name },
    ...choices.map(([, text], index) => h("option", { value: index, text })));
  node.value = Math.max(0, choices.findIndex(([value]) => value === chosen));
  node.addEventListener("change", () => choose(choices[Number(node.value)][0]));
  return h("span", { class: "il-select" }, node);
};
const numbered = (name, count) => Array.from({ length: count }, (_, index) => [index, say(labels.numbered, { name: labels[name], number: index + 1 })]);

const kindChoice = (wanted) => lab.kinds(wanted).length > 1
  && picker("kind", lab.kinds(wanted).map((kind) => [kind, labels[kind]]), lab.kindOf(wanted), (kind) => lab.setView({ kind }));
const aboutAligner = ([layer, head] = lab.page.model.aligner) => say(labels.aligner, { layer: layer + 1, head: head + 1 });
const alignerTold = (kind) => kind === "align" && h("p", { class: "il-beforehand", "data-testid": "aligner", text: aboutAligner() });
const layerChoice = ({ layers }) => layers > 1 && picker("layer",
  [[null, labels.all_layers], ...numbered("layer", layers)], lab.view.layer, (layer) => lab.setView({ layer }));
const headChoice = ({ layers, heads }) => layers * heads > 1 && picker("head",
  [[null, labels.mean], ["max", labels.max], ...(heads > 1 ? numbered("head", heads) : [])], lab.view.head, (head) => lab.setView({ head }));

// The present way of looking in words, for the caption of a picture.
const viewTold = (kind = kindNow()) => {
  const { layer, head } = lab.chosen(kind);
  const { layers, heads } = sizeOf(kind);
  const number = (name, index) => say(labels.numbered, { name: labels[name], number: index + 1 });
  return [
    labels[kind], layers > 1 && (layer === null ? labels.all_layers : number("layer", layer)),
    layers * heads > 1 && (Number.isInteger(head) ? number("head", head) : labels[head ?? "mean"]), labels[lab.view.unit],
  ].filter(Boolean).join(", ");
};

const viewBar = (choices, ...more) => h("div", { class: "il-view-bar" },
  h("div", { class: "il-choices" }, ...choices), h("div", { class: "il-choices" }, ...more));

// Text is measured before it is drawn, so that nothing overlaps and nothing is drawn twice.
const ruler = document.createElement("canvas").getContext("2d");
const measure = (text, px, weight = 400) => {
  ruler.font = `${weight} ${px}px ${getComputedStyle(root()).fontFamily}`;
  return ruler.measureText(text).width;
};
const shorten = (text, px, room) => {
  if (measure(text, px) <= room) return text;
  const letters = [...text];
  while (letters.length > 1 && measure(`${letters.join("")}…`, px) > room) letters.splice(Math.floor(letters.length * 0.9), letters.length);
  return `${letters.join("")}…`;
};

// Draws at each page and each way of looking, and when the room changes; a view out of sight waits until it is seen.
// `light` follows the pointer without drawing anew.
const follow = (draw, light) => {
  let room = -1;
  const drawSeen = () => {
    room = root().clientWidth;
    if (room || !lab.page) draw();
  };
  lab.onPage(drawSeen);
  lab.onView(drawSeen);
  lab.onLight(light);
  if (!lab.page) drawSeen();
  new ResizeObserver(() => { if (Math.abs(root().clientWidth - room) >= 4) drawSeen(); }).observe(element);
};
