// Does this attention matter? Three measures of one word over the source words, how well they agree, and what shuffling does.
// Value: matter of demo_app/viz/matter.py.
const MEASURES = ["attention", "gradient", "left_out"], PAIRS = ["attention_gradient", "attention_left_out", "gradient_left_out"];
const bus = window.interlinear.lab;
const NARROW = 620, BAND = 54, LINE = 24;
// `at` is the word pointed at here; those lit in other views are marked as well.
// `drawn` is the value of the picture: props may hold another one before it is drawn.
const state = { wide: 0, word: 0, at: null, picture: null, drawn: null };
const signed = (number) => number.toFixed(2).replace("-", "−");
const shareOf = (share) => (share > 0 && share < 0.01 ? "< 1 %" : `${Math.round(100 * share)} %`);
const shortened = (text, most) => ([...text].length > most ? `${[...text].slice(0, most - 1).join("")}…` : text);

// Each measure has its own scale: what can be compared is where it is large, not how large.
const strengths = (values) => {
  const most = Math.max(...values.map(Math.abs)) || 1;
  const scaled = values.map((value) => value / most), low = Math.max(0, -Math.min(...scaled)), high = Math.max(0, ...scaled);
  return { scaled, below: low / (low + high || 1), unit: 1 / (low + high || 1) };
};
const bar = (measure, word, value, box) => svg("rect", {
  class: "il-strength", "data-measure": measure, "data-word": word, "data-sign": value < 0 ? "less" : "more", rx: 2, ...box,
});
const hit = (word, box) => svg("rect", { class: "il-hit", "data-word": word, ...box });

// Words from left to right, a band for each measure; bars stand on its line, and hang from it where the number is below 0.
const across = ({ source, rows }, width) => {
  const left = 124, cell = Math.max(34, Math.min(88, Math.floor((width - left - 20) / source.length))), thick = Math.min(30, cell - 8);
  const level = source.every(({ text }) => 7.6 * [...shortened(text, 13)].length < cell - 4), top = level ? 30 : 78;
  const [wide, high] = [left + cell * source.length + 20, top + MEASURES.length * BAND];
  const bands = MEASURES.flatMap((measure, index) => {
    const { scaled, below, unit } = strengths(rows[measure]), room = BAND - 14, base = top + (index + 1) * BAND - 4 - room * below;
    return [
      svg("text", { class: "il-measure", x: 0, y: base, text: labels[measure] }, svg("title", { text: labels[`${measure}_hint`] })),
      svg("line", { class: "il-ground", x1: left, x2: left + cell * source.length, y1: base, y2: base }),
      ...scaled.map((value, word) => {
        const tall = Math.max(1, room * unit * Math.abs(value));
        return bar(measure, word, value, { x: left + (word + 0.5) * cell - thick / 2, width: thick, y: value < 0 ? base : base - tall, height: tall });
      }),
    ];
  });
  const names = source.map(({ text, special }, word) => svg("text", {
    class: "il-name", "data-word": word, "data-special": special, "text-anchor": level ? "middle" : "start",
    transform: `translate(${left + (word + 0.5) * cell},${top - 10}) rotate(${level ? 0 : -40})`, text: shortened(text, 13),
  }));
  return frame(wide, high, [...names, ...bands, ...source.map((_, word) => hit(word, { x: left + word * cell, y: 0, width: cell, height: high }))]);
};
// On a phone words stand below each other, the measures beside each other.
const down = ({ source, rows }, width) => {
  const left = 92, part = (width - left) / MEASURES.length, top = 40, high = top + source.length * LINE;
  const columns = MEASURES.flatMap((measure, index) => {
    const { scaled, below, unit } = strengths(rows[measure]), room = part - 12, base = left + index * part + room * below;
    const [first, ...rest] = labels[measure].split(" ");
    return [
      ...[first, rest.join(" ")].map((text, line) => svg("text", { class: "il-measure", x: left + index * part, y: 12 + line * 14, text })),
      svg("line", { class: "il-ground", x1: base, x2: base, y1: top - 2, y2: high }),
      ...scaled.map((value, word) => {
        const long = Math.max(1, room * unit * Math.abs(value));
        return bar(measure, word, value, { x: value < 0 ? base - long : base, width: long, y: top + word * LINE + 5, height: LINE - 10 });
      }),
    ];
  });
  const names = source.map(({ text, special }, word) => svg("text", { class: "il-name", "data-word": word, "data-special": special, x: 0, y: top + word * LINE + 16, text: shortened(text, 11) }));
  return frame(width, high, [...names, ...columns, ...source.map((_, word) => hit(word, { x: 0, y: top + word * LINE, width, height: LINE }))]);
};
const frame = (width, height, children) => svg("svg", {
  class: "il-measures", role: "img", "aria-label": MEASURES.map((measure) => labels[measure]).join(", "), width, height, viewBox: `0 0 ${width} ${height}`,
}, ...children);

// A name, then pairs of what it is about and what is told.
const tell = ([name, ...pairs]) => element.querySelector(".il-told").replaceChildren(
  h("span", { text: name }), ...pairs.map(([about, text]) => h("span", {}, `${about} `, h("b", { text }))));
const strongest = ({ source, rows }) => [labels.strongest, ...MEASURES.map((measure) => [labels[measure], source[rows[measure].indexOf(Math.max(...rows[measure]))].text])];
const pointAt = (word) => {
  const unit = state.drawn.source[word];
  state.at = unit ? Number(word) : null;
  bus.lightUp(unit ? "source" : null, unit?.from, unit?.to);
  paint();
};
const paint = () => {
  if (!state.picture) return;
  const { source, rows } = state.drawn;
  const lit = source.flatMap((unit, word) => (bus.isLit("source", unit) ? [word] : []));
  const word = state.at ?? (lit.length === 1 ? lit[0] : null);
  for (const one of element.querySelectorAll("[data-word]:not(.il-hit)")) {
    one.classList.toggle("il-here", [state.at, ...lit].includes(Number(one.dataset.word)));
  }
  tell(word === null ? strongest(state.drawn) : [source[word].text, ...MEASURES.map((measure) => [labels[measure], signed(rows[measure][word])])]);
};
const walk = (event) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  state.word = Math.max(0, Math.min(state.drawn.source.length - 1, state.word + step));
  pointAt(state.word);
};

const scale = (name, value) => h("div", { class: "il-tau", "data-testid": name },
  h("dt", { text: labels[name] }), h("dd", { text: value === null ? labels.undefined : signed(value) }),
  h("span", { class: "il-track", "aria-hidden": "true" }, h("span", { text: "−1" }),
    h("i", { "data-none": value === null, vars: { "--at": value === null ? 0.5 : ((value + 1) / 2).toFixed(4) } }), h("span", { text: "1" })));
const chance = (name, share) => h("div", { class: "il-chance" }, h("span", { text: labels[name] }), h("b", { text: shareOf(share) }),
  h("i", { "aria-hidden": "true", "data-name": name, vars: { "--share": share } }));
const shuffled = ({ changed, prob, shuffled_prob }) => h("div", { class: "il-tau", "data-testid": "shuffle" },
  h("dt", { text: labels.shuffle }), h("dd", {}), chance("changed", changed), chance("prob", prob), chance("shuffled_prob", shuffled_prob));
const sentence = ({ word, agreement, effect, prob, shuffled_prob }) => say(labels.sentence, {
  word, agreement: labels[agreement], effect: labels[effect], prob: shareOf(prob), shuffled: shareOf(shuffled_prob),
});
// Whose attention it is, where there are several heads.
const lookedAt = ({ looked }) => {
  const { layers, heads } = bus.page.model;
  const one = (name, index, all) => (index === null ? all : say(labels.numbered, { name: labels[name], number: index + 1 }));
  const view = [layers > 1 && one("layer", looked.layer, labels.all_layers), heads > 1 && one("head", looked.head, labels.mean)];
  return view.filter(Boolean).join(", ");
};

const draw = () => {
  const value = props.value;
  state.at = state.picture = null;
  if (bus.page?.model.layers === 0) return show();
  if (!value?.rows || !bus.isHere(value.of)) return show(h("p", { class: "il-empty", text: labels.empty }));
  bus.loaded.matter = value;
  state.wide = root().clientWidth;
  const narrow = state.wide < NARROW;
  state.picture = (narrow ? down : across)(value, state.wide);
  state.drawn = value;
  const looked = lookedAt(value);
  show(h("header", {}, h("p", { class: "il-finding", "data-testid": "finding", text: sentence(value) }),
    pictureMenu(() => state.picture.cloneNode(true), "matter", () => looked)),
    looked && h("p", { class: "il-remark", "data-testid": "looked", text: say(labels[bus.view.head === "max" ? "looked_mean" : "looked"], { view: looked }) }),
    h("div", { class: "il-scroll il-sideways", tabindex: 0, onpointerover: ({ target }) => pointAt(target.dataset.word), onpointerleave: () => pointAt(), onfocus: () => pointAt(state.word), onblur: () => pointAt(), onkeydown: walk }, state.picture), h("p", { class: "il-told", role: "status" }),
    h("p", { class: "il-ask", text: labels.agreement }),
    h("dl", { class: "il-taus", "data-narrow": narrow }, ...PAIRS.map((name) => scale(name, value.correlations[name])), shuffled(value)),
    h("p", { class: "il-remark", text: labels.correlation_hint }));
  paint();
};
root().classList.add("il-matter");
onValue(draw);
// It was asked for further up. At once: a click that comes while the page still moves would miss.
watch("value", () => { if (state.picture) root().scrollIntoView({ block: "nearest" }); });
bus.onPage(draw);
bus.onLight(paint);
new ResizeObserver(() => { if (Math.abs(root().clientWidth - state.wide) > 1) draw(); }).observe(root());
