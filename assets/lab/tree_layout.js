// Where everything of the beam tree stands; put before tree.js. Steps run from left to right, places in the beam from
// top to bottom; what was not kept stands small beneath the place it came from.
const CHIP = 28, STUB = 20, SMALL = 17, LANE_GAP = 12, COLUMN_GAP = 36, TOP = 24, WIDEST = 150;
const state = { value: null, bare: false, folded: new Set(), here: 0 };
let tree = { nodes: [], at: [], ends: new Map() };
const pen = document.createElement("canvas").getContext("2d");
const isStub = (node) => node.step > 0 && node.slot === null;
const isKept = (node) => node.step > 0 && node.slot !== null;
const chanceOf = (node) => {
  const share = 100 * Math.exp(node.log_prob);
  return share >= 0.095 ? `${share.toFixed(share < 9.95 ? 1 : 0)} %` : "< 0.1 %";
};
const signed = (number) => number.toFixed(2).replace("-", "−");

const spelled = (piece) => piece.replaceAll("▁", " ");
const textOf = (node) => {
  if (node.step === 0) return labels.start;
  if (node.fate === "finished") return node.ranks.length ? signed(tree.ends.get(node.id)[0].score) : labels.end;
  return (window.interlinear.lab.goesOn(node.piece) ? "‑" : "") + (spelled(node.piece).trim() || "␣");
};
const wayTo = (node) => (node.step === 0 ? [] : [...wayTo(tree.nodes[node.parent]), node]);
const prefixOf = (node) => wayTo(node).map(({ token }) => token);

const width = (text, size) => { pen.font = `${size}px ${tree.font}`; return pen.measureText(text).width; };
const fitted = (text, size) => {
  const full = width(text, size);
  if (full <= WIDEST) return { text, wide: full };
  const short = `${[...text].slice(0, Math.max(1, Math.floor([...text].length * WIDEST / full) - 1)).join("")}…`;
  return { text: short, wide: width(short, size) };
};

// Kept ones in beam order, then ends, then the rest by score: the order in which Up and Down walk.
const grow = (value) => {
  const nodes = value.nodes.map((node) => ({ ...node, children: [] }));
  tree = { nodes, at: [], ends: new Map(), font: getComputedStyle(root()).fontFamily };
  for (const one of value.hypotheses) tree.ends.set(one.node, [...(tree.ends.get(one.node) || []), one]);
  for (const node of nodes.slice(1)) nodes[node.parent].children.push(node);
  const order = (node) => [node.group, node.slot ?? (node.fate === "finished" ? 1e3 : 1e4), -node.score];
  const compare = (a, b) => order(a).map((number, place) => number - order(b)[place]).find(Boolean) || 0;
  for (const node of nodes) node.children.sort(compare);
};
const standing = () => {
  const seen = [];
  const visit = (node) => {
    if (state.bare && node.fate === "pruned") return;
    seen.push(node);
    if (!state.folded.has(node.id)) node.children.forEach(visit);
  };
  visit(tree.nodes[0]);
  return seen;
};
const hidden = (node) => node.children.reduce((sum, child) => sum + 1 + hidden(child), 0);

// Gives each node its text, size and lane.
const size = (node, laneOf) => {
  const pruned = node.fate === "pruned";
  Object.assign(node, fitted(textOf(node), pruned ? 12 : 13));
  node.share = pruned ? chanceOf(node) : "";
  node.high = isStub(node) ? SMALL : CHIP;
  node.inset = pruned ? 5 : isStub(node) ? (tree.ends.has(node.id) ? 22 : 9) : 12;
  node.span = node.inset + node.wide + (pruned ? 11 + width(node.share, 10) : isStub(node) ? 9 : 14);
  node.lane = laneOf(isStub(node) && node.step > 1 ? tree.nodes[node.parent] : node);
};
// Gives each node its x and y; the whole's size comes back.
const place = (nodes) => {
  const laneOf = (node) => 100 * (node.group ?? 0) + (node.slot ?? 0);
  for (const node of nodes) size(node, laneOf);
  const lines = new Map(), deepest = new Map(), widest = [];
  for (const node of nodes) {
    const key = `${node.step}/${node.lane}`, line = lines.get(key) || [];
    if (isStub(node)) lines.set(key, [...line, node]);
    deepest.set(node.lane, Math.max(deepest.get(node.lane) || 0, line.length + isStub(node)));
    widest[node.step] = Math.max(widest[node.step] || 0, node.span);
  }
  const left = [2], top = new Map();
  widest.forEach((wide, step) => { left[step + 1] = left[step] + wide + COLUMN_GAP; });
  let high = TOP;
  for (const [lane, count] of [...deepest].sort((a, b) => a[0] - b[0])) {
    top.set(lane, high);
    high += CHIP + (count && 3) + count * STUB + LANE_GAP;
  }
  for (const node of nodes) Object.assign(node, { x: left[node.step], y: top.get(node.lane) + CHIP / 2 });
  for (const line of lines.values()) {
    line.sort((a, b) => (b.fate === "finished") - (a.fate === "finished"));
    line.forEach((node, index) => { node.y += CHIP / 2 + 3 + STUB * (index + 0.5); });
  }
  return { wide: left.at(-1), high, left };
};
