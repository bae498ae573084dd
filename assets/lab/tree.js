// The beam tree: every candidate that search looked at; tree_layout.js says where. Arrow keys walk, Space folds, and
// Enter or a click goes on with the translation from a node. Value: beam_tree of demo_app/viz/beam_tree.py.
const bus = window.interlinear.lab;

const edge = (node) => {
  const from = tree.nodes[node.parent], turn = node.x - COLUMN_GAP, bend = COLUMN_GAP * 0.55;
  return svg("path", {
    class: "il-edge", "data-to": node.id, ...looks(node),
    d: `M${from.x + from.span} ${from.y} H${turn} C${turn + bend} ${from.y} ${node.x - bend} ${node.y} ${node.x} ${node.y}`,
  });
};
const looks = (node) => ({ "data-fate": node.fate || "start", "data-final": node.ranks?.length > 0, "data-best": node.ranks?.[0] === 1 });
const fateOf = (node) => {
  if (node.step === 0) return labels.start_hint;
  if (tree.ends.has(node.id)) return say(labels.final, { rank: tree.ends.get(node.id).map(({ rank }) => rank).join(", ") });
  return say(labels[node.fate], { place: (node.slot ?? 0) + 1 });
};
const spoken = (node) => (node.step === 0 ? `${labels.start}. ${labels.start_hint}` : say(labels.node, {
  text: node.fate === "finished" ? labels.end : textOf(node), share: chanceOf(node), sum: signed(node.score), fate: fateOf(node),
}));

const knob = (node) => {
  const folded = state.folded.has(node.id), text = folded ? `+${hidden(node)}` : "–", wide = folded ? 10 + width(text, 10) : 12;
  return svg("g", { class: "il-fold", "data-fold": node.id, "data-folded": folded, transform: `translate(${node.span - 2},0)` },
    svg("rect", { class: "il-hit", x: -6, y: -13, width: wide + 12, height: 26 }),
    svg("rect", { class: "il-knob", y: -6, width: wide, height: 12, rx: 6 }),
    svg("text", { class: "il-count", x: wide / 2, y: 3.5, "text-anchor": "middle", text }));
};
const badge = (node, x, y) => svg("g", { class: "il-badge", transform: `translate(${x},${y})` },
  svg("circle", { class: "il-dot", r: 8 }), svg("text", { class: "il-order", y: 4, "text-anchor": "middle", text: tree.ends.get(node.id)[0].rank }));
const chip = (node) => {
  const { span, high } = node, small = node.fate === "pruned", end = tree.ends.has(node.id);
  return svg("g", {
    class: "il-node", role: "treeitem", "data-testid": "node", "data-id": node.id, ...looks(node),
    tabindex: node.id === state.here ? 0 : -1, transform: `translate(${node.x},${node.y})`, "aria-level": node.step + 1,
    "aria-label": spoken(node), "aria-expanded": node.children.length ? String(!state.folded.has(node.id)) : null,
  },
  svg("rect", { class: "il-box", y: -high / 2, width: span, height: high, rx: small ? 6 : high / 3 }),
  isKept(node) && svg("rect", { class: "il-share", x: 8, y: high / 2 - 5, width: Math.max(1.5, (span - 16) * Math.exp(node.log_prob)), height: 2, rx: 1 }),
  svg("text", { class: "il-piece", x: node.inset + node.wide / 2, y: isKept(node) ? 3 : 4.5, "text-anchor": "middle", text: node.text }),
  small && svg("text", { class: "il-percent", x: node.inset + node.wide + 6, y: 4, text: node.share }),
  end && (isKept(node) ? badge(node, span, -high / 2) : badge(node, 10, 0)),
  node.children.length > 0 && knob(node));
};

// One picture from what is standing; a keyboard user stays on their node.
const paint = () => {
  const box = element.querySelector(".il-picture"), focused = box.contains(document.activeElement);
  forget();
  const nodes = standing(), whole = place(nodes);
  if (!nodes.some(({ id }) => id === state.here)) state.here = 0;
  const strength = (node) => (node.ranks.length ? 100 - node.ranks[0] : node.fate === "kept" ? 0 : -1);
  const steps = whole.left.slice(1, -1).map((x, index) => svg("text", { class: "il-step", x: x + 8, y: 13, text: index + 1 }));
  const picture = svg("svg", { role: "tree", "aria-label": labels.title, width: whole.wide, height: whole.high, viewBox: `0 0 ${whole.wide} ${whole.high}` },
    svg("g", { "aria-hidden": "true" }, ...steps, ...nodes.slice(1).sort((a, b) => strength(a) - strength(b)).map(edge)),
    ...nodes.map(chip));
  box.replaceChildren(picture);
  light();
  if (focused) nodeOf(state.here).focus({ preventScroll: true });
};
const nodeOf = (id) => element.querySelector(`.il-node[data-id="${id}"]`);
const forget = () => {
  element.querySelector(".il-hint")?.remove();
  for (const node of element.querySelectorAll(".il-way")) node.classList.remove("il-way");
};
const hint = (node) => {
  forget();
  state.told = node.id;
  const way = wayTo(node), last = node.fate === "finished" ? "" : spelled(node.piece || "");
  for (const { id } of way) for (const one of element.querySelectorAll(`[data-to="${id}"], [data-id="${id}"]`)) one.classList.add("il-way");
  const fact = (name, number) => h("div", {}, h("dt", { text: labels[name] }), h("dd", { text: number }));
  const tip = h("div", { class: "il-hint", "aria-hidden": "true" },
    way.length > 0 && h("p", { dir: "auto" }, h("span", { text: way.slice(0, -1).map(({ piece }) => spelled(piece)).join("").trimStart() }), h("b", { text: last })),
    way.length > 0 && h("dl", {}, fact("probability", chanceOf(node)), fact("log_prob", signed(node.log_prob)), fact("sum", signed(node.score)),
      ...(tree.ends.get(node.id) || []).slice(0, 1).map((one) => fact("score", signed(one.score)))),
    h("p", { class: "il-fate", text: fateOf(node) }));
  root().append(tip);
  const frame = root().getBoundingClientRect(), at = nodeOf(node.id).querySelector(".il-box").getBoundingClientRect();
  tip.style.left = `${Math.max(0, Math.min(at.left - frame.left, frame.width - tip.offsetWidth))}px`;
  tip.style.top = `${at.bottom - frame.top + 8}px`;
  if (tree.shown.has(node.id)) bus.lightUp("target", node.step - 1, node.step);
};
// The hint goes where its node goes, until that is out of sight.
const stayBy = () => {
  if (!element.querySelector(".il-hint")) return;
  const node = tree.nodes[state.told], box = element.querySelector(".il-picture");
  if (node.x + node.span > box.scrollLeft && node.x < box.scrollLeft + box.clientWidth) hint(node);
  else forget();
};
const leave = () => { forget(); if (!bus.light.held) bus.lightUp(null); };
// The nodes of the hypothesis on the page; the lit pieces of it are ringed.
const light = () => {
  tree.shown = new Set();
  let node = tree.nodes[0];
  for (const token of bus.page?.target.ids || []) {
    node = node?.children.find((child) => child.token === token && child.fate !== "pruned");
    if (node) tree.shown.add(node.id);
  }
  for (const id of tree.shown) {
    const { step } = tree.nodes[id];
    nodeOf(id)?.classList.toggle("il-lit", bus.isLit("target", { from: step - 1, to: step }));
  }
};

const fold = (id) => {
  if (!tree.nodes[id].children.length) return;
  state.folded.has(id) ? state.folded.delete(id) : state.folded.add(id);
  state.here = id;
  paint();
  bar();
};
const arrive = (node) => {
  nodeOf(state.here)?.setAttribute("tabindex", -1);
  nodeOf(node.id).setAttribute("tabindex", 0);
  state.here = node.id;
  hint(node);
};
const goTo = (node) => {
  if (!node) return;
  const target = nodeOf(node.id), box = element.querySelector(".il-picture");
  if (node.x < box.scrollLeft + 24) box.scrollLeft = node.x - 64;
  else if (node.x + node.span > box.scrollLeft + box.clientWidth - 24) box.scrollLeft = node.x + node.span + 64 - box.clientWidth;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "nearest", inline: "nearest" });
};
const walk = (event) => {
  const node = tree.nodes[state.here], peers = standing().filter(({ step }) => step === node.step), open = !state.folded.has(node.id);
  const bestChild = () => node.children.find(({ ranks }) => ranks[0] === Math.min(...node.children.flatMap((child) => child.ranks))) || node.children[0];
  const step = {
    ArrowLeft: () => goTo(tree.nodes[node.parent]), ArrowRight: () => open && goTo(bestChild()),
    ArrowUp: () => goTo(peers[peers.indexOf(node) - 1]), ArrowDown: () => goTo(peers[peers.indexOf(node) + 1]),
    Home: () => goTo(tree.nodes[0]), End: () => goTo(standing().find(({ id }) => tree.ends.get(id)?.[0].rank === 1)),
    " ": () => fold(node.id), Enter: () => ask(node), Escape: forget,
  }[event.key];
  if (!step || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key !== "Escape") event.preventDefault();
  step();
};
const ask = (node) => bus.ask("tree", { prefix: prefixOf(node) });
const nodeAt = ({ target }) => tree.nodes[target.closest(".il-node")?.dataset.id];
const clicked = (event) => {
  const folds = event.target.closest(".il-fold");
  if (folds) fold(Number(folds.dataset.fold));
  else if (nodeAt(event)) ask(nodeAt(event));
};

const KEYS = { best: { "data-best": true }, final: { "data-final": true }, kept: { "data-fate": "kept" }, pruned: { "data-fate": "pruned" } };
// The tree as it is taken away: what its lines mean is told beneath it.
const withKeys = () => {
  const picture = element.querySelector(".il-picture svg").cloneNode(true), [, , wide, high] = picture.getAttribute("viewBox").split(" ").map(Number);
  const y = high + 16;
  let x = 4;
  for (const [kind, looks] of Object.entries(KEYS)) {
    const text = labels[`key_${kind}`];
    picture.append(svg("path", { class: "il-edge", ...looks, d: `M${x} ${y} h24` }), svg("text", { class: "il-step", x: x + 32, y: y + 4, text }));
    x += 32 + width(text, 11) + 20;
  }
  picture.setAttribute("viewBox", `0 0 ${Math.max(wide, x)} ${high + 28}`);
  return picture;
};
const bar = () => {
  const toggle = h("button", {
    type: "button", class: "il-quiet", "aria-pressed": String(state.bare), text: labels.hide_pruned, "data-testid": "hide-pruned",
    onclick: () => { state.bare = !state.bare; paint(); bar(); },
  });
  const open = state.folded.size > 0 && h("button", {
    type: "button", class: "il-quiet", text: labels.unfold, onclick: () => { state.folded.clear(); paint(); bar(); },
  });
  const key = (kind) => h("li", { "data-kind": kind }, h("i"), h("span", { text: labels[`key_${kind}`] }));
  const frame = element.querySelector(".il-tree-bar"), focused = frame.contains(document.activeElement);
  frame.replaceChildren(h("ul", { class: "il-keys" }, ...Object.keys(KEYS).map(key)), h("span", { class: "il-tools" },
    ...[open, toggle, pictureMenu(withKeys, "beam_tree")].filter(Boolean)));
  if (focused) frame.querySelector("[data-testid=hide-pruned]").focus();
};
// A tree of another sentence, or of the model without its present changes, may come late.
const isHere = () => Boolean(props.value?.nodes && bus.isHere(props.value.of));
let drawn = false;
const draw = () => {
  const value = props.value;
  drawn = isHere();
  tree.shown = null;
  if (!drawn) return show(h("p", { class: "il-empty", text: labels.empty }));
  bus.loaded.tree = value;
  grow(value);
  Object.assign(state, { folded: new Set(), here: 0 });
  const box = h("div", {
    class: "il-picture il-sideways", onclick: clicked, onkeydown: walk, onpointerover: (event) => nodeAt(event) && hint(nodeAt(event)), onpointerleave: leave,
    onfocusin: (event) => nodeAt(event) && arrive(nodeAt(event)), onfocusout: leave, onscroll: stayBy,
  });
  show(h("div", { class: "il-tree-bar" }), box, h("p", { class: "il-remark", text: labels.help }),
    value.left_out > 0 && h("p", { class: "il-remark", text: say(labels.left_out, { count: value.left_out }) }));
  bar();
  paint();
};
root().classList.add("il-tree");
bus.onLight(() => tree.shown && light());
bus.onPage(() => { if (isHere() !== drawn) draw(); else if (drawn) light(); });
onValue(draw);
