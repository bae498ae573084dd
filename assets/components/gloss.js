// The interlinear gloss: source words above, translation below. Hover, focus or tap a word on either side
// and the words it looked at (or that looked at it) light up, joined by threads as thick as the weight.
const SVG = "http://www.w3.org/2000/svg";
const FAINTEST = 0.06;

const draw = () => {
  const { source = [], target = [], source_language, target_language } = props.value || {};
  if (!source.length) return show(h("p", { class: "il-empty", text: labels.empty }));
  const sourceWord = (word, index) => h("span", {
    class: "il-word", tabindex: 0, "data-side": "source", "data-index": index, text: word, "data-testid": "source-word",
  });
  const targetWord = ({ text, prob }, index) => h("span", {
    class: "il-word", tabindex: 0, "data-side": "target", "data-index": index, "data-testid": "target-word", text,
    vars: { "--doubt": Math.min(1, (1 - prob) * 1.3).toFixed(3) },
    title: say(labels.confidence, { percent: Math.round(prob * 100) }),
    "aria-label": `${text}, ${say(labels.confidence, { percent: Math.round(prob * 100) })}`,
  });
  const threads = document.createElementNS(SVG, "svg");
  threads.setAttribute("class", "il-threads");
  threads.setAttribute("aria-hidden", "true");
  show(
    h("div", { class: "il-line il-source", role: "group", "aria-label": labels.source, lang: source_language, dir: "auto" },
      ...source.map(sourceWord)),
    h("div", { class: "il-line il-target", role: "group", "aria-label": labels.target, lang: target_language, dir: "auto" },
      ...target.map(targetWord), !target.length && h("i", { class: "il-empty", text: labels.no_words })),
    h("p", { class: "il-legend" }, h("i"), h("span", { text: labels.legend })),
    threads,
  );
  reveal(source.join(" "));
};

const words = (side) => [...element.querySelectorAll(`[data-side="${side}"]`)];

const linked = (side, index) => {
  const attention = props.value?.attention;
  if (!attention) return [];
  return side === "target" ? attention[index] || [] : attention.map((row) => row[index] || 0);
};

const thread = (from, to, weight) => {
  const frame = root().getBoundingClientRect();
  const [upper, lower] = [from, to].map((node) => node.getBoundingClientRect()).sort((a, b) => a.top - b.top);
  const [x1, y1] = [upper.left + upper.width / 2 - frame.left, upper.bottom - frame.top];
  const [x2, y2] = [lower.left + lower.width / 2 - frame.left, lower.top - frame.top];
  const path = document.createElementNS(SVG, "path");
  const bend = (y2 - y1) / 2;
  path.setAttribute("d", `M${x1} ${y1} C${x1} ${y1 + bend} ${x2} ${y2 - bend} ${x2} ${y2}`);
  path.style.strokeWidth = `${1 + weight * 3}px`;
  path.style.opacity = Math.min(1, 0.15 + weight);
  return path;
};

const paint = (word) => {
  const side = word?.dataset.side;
  const weights = word ? linked(side, Number(word.dataset.index)) : [];
  for (const other of words("source").concat(words("target"))) {
    other.classList.toggle("il-here", other === word);
    other.style.setProperty("--weight", 0);
  }
  const partners = word ? words(side === "target" ? "source" : "target") : [];
  const paths = [];
  partners.forEach((partner, index) => {
    partner.style.setProperty("--weight", Math.min(1, weights[index] || 0).toFixed(3));
    if (weights[index] > FAINTEST) paths.push(thread(word, partner, weights[index]));
  });
  element.querySelector(".il-threads")?.replaceChildren(...paths);
};

const wordOf = (event) => event.target.closest(".il-word");
element.addEventListener("mouseover", (event) => { if (wordOf(event)) paint(wordOf(event)); });
element.addEventListener("focusin", (event) => { if (wordOf(event)) paint(wordOf(event)); });
element.addEventListener("click", (event) => paint(wordOf(event)));
element.addEventListener("mouseleave", () => paint(null));
element.addEventListener("focusout", () => paint(null));
element.addEventListener("keydown", (event) => {
  if (wordOf(event)) arrowKeys(event, words(wordOf(event).dataset.side), () => {});
});
onValue(draw);
