// The gloss as one picture: words where they stand on the page, what is doubted of them, and the threads of what is lit.
// Part before this one: pictures.
const toldOf = (side, unit) => {
  if (!isKnown(unit)) return unit.text;
  const told = ROWS[side](unit).map((node) => node.textContent);
  const rows = told.flatMap((name, at) => (at % 2 ? [] : [`${name} ${told[at + 1]}`]));
  return [[unit.text, rows.join(", ")].filter(Boolean).join(": "), ...unit.reasons.map((reason) => labels[reason])].join("\n");
};

const wordPicture = (node, frame) => {
  const { side } = node.dataset;
  const unit = unitOf(node);
  const box = node.getBoundingClientRect();
  const [x, y, width, height] = [box.left - frame.left, box.top - frame.top, box.width, box.height];
  const { textDecorationLine, fontSize, paddingLeft, paddingRight } = getComputedStyle(node);
  const pad = Number.parseFloat(paddingLeft), room = width - pad - Number.parseFloat(paddingRight);
  const [weight, doubt] = ["--weight", "--doubt"].map((name) => Number(node.style.getPropertyValue(name)));
  const isHere = node.classList.contains("il-here");
  // A word longer than a line of the page is broken there; here it is squeezed.
  const squeezed = height > 3 * Number.parseFloat(fontSize) && { textLength: room, lengthAdjust: "spacingAndGlyphs" };
  return svg("g", {}, svg("title", { text: toldOf(side, unit) }),
    svg("rect", { class: `il-gloss-plate${isHere ? " il-here" : ""}`, "fill-opacity": isHere ? 0.12 : weight * 0.4, x, y, width, height, rx: 6 }),
    svg("text", {
      class: `il-gloss-text il-gloss-${side}${unit.special ? " il-special" : ""}`, "data-weak": node.dataset.weak, "text-anchor": "middle",
      x: x + pad + room / 2, y: y + height / 2, ...squeezed, text: unit.text,
    }),
    doubt > 0 && svg("rect", { class: "il-gloss-doubt", "fill-opacity": doubt, x: x + pad, y: y + height - 2.5, width: room, height: 2.5, rx: 1.25 }),
    textDecorationLine === "underline" && svg("path", { class: "il-gloss-dots", d: `M${x + pad} ${y + height - (doubt > 0 ? 5 : 1)}h${room}` }),
    "open" in node.dataset && svg("rect", { class: "il-gloss-open", x: x + width - 4, y: y - 1, width: 5, height: 5, rx: 2.5 }));
};

const glossPicture = () => {
  const nodes = LINES.flatMap(words);
  const boxes = nodes.map((node) => node.getBoundingClientRect());
  const [left, top] = ["left", "top"].map((edge) => Math.min(...boxes.map((box) => box[edge])) - 2);
  const [right, bottom] = ["right", "bottom"].map((edge) => Math.max(...boxes.map((box) => box[edge])) + 2);
  const { left: x, top: y } = root().getBoundingClientRect();
  const threads = [...element.querySelectorAll(".il-threads path")].map((path) => svg("path", {
    class: "il-thread", d: path.getAttribute("d"), "stroke-width": path.style.strokeWidth, opacity: path.style.opacity,
  }));
  return svg("svg", { viewBox: `0 0 ${right - left} ${bottom - top}` },
    ...nodes.map((node) => wordPicture(node, { left, top })),
    svg("g", { transform: `translate(${x - left} ${y - top})` }, ...threads));
};
