// What the model knew when it wrote a word or a piece, or made of one that it read: a small card beside it.
const percent = (share) => (share >= 0.995 ? "99+ %" : share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`);
const facts = h("div", { class: "il-facts-card", id: "word-facts", role: "tooltip", "data-testid": "word-facts", hidden: true });

// A piece has figures of its own; the doubts are those of the word that it stands in. What pieces got of the attention of
// each word of the translation adds up to what their word got.
const asPiece = (side, piece, weights) => {
  const { words, judgement } = lab.page[side];
  const word = words.find(({ from, to }) => from <= piece.from && piece.from < to);
  const found = { ...piece, joined: word.from < piece.from, reasons: word.reasons };
  if (side === "target") {
    const { log_prob, rank, entropy, margin } = judgement[piece.from] || {};
    return rank ? { ...found, prob: Math.exp(log_prob), rank, entropy, margin, reasons: word.reasons || [] } : found;
  }
  const coverage = weights && lab.page.target.words.reduce((sum, { from, to }) =>
    sum + weights.slice(from, to).reduce((all, row) => all + row[piece.from], 0) / (to - from), 0);
  return { ...found, coverage, loss: word.to - word.from === 1 ? word.loss : null };
};
// Words or pieces, each with what is known of it.
const toldUnits = (side) => {
  const weights = side === "source" ? lab.matrixOf("cross", null, null, "pieces") : null;
  return lab.view.unit === "pieces" ? lab.unitsOf(side).map((piece) => asPiece(side, piece, weights)) : lab.page[side].words;
};

// Without its model nothing is known of a word but its text.
const isKnown = (word) => word.reasons !== undefined;
const nats = (number) => say(labels.nats, { nats: number.toFixed(2).replace("-", "−") });
const row = (name, value) => [h("dt", { text: labels[name], title: labels[`${name}_hint`] }), h("dd", { text: value })];
const ROWS = {
  target: (word) => [...row("probability", percent(word.prob)), ...row("rank", String(word.rank)),
    ...row("entropy", nats(word.entropy)), ...row("margin", percentPoints(word.margin))],
  // No attention, and no loss until it is computed or where attention is edited.
  source: ({ coverage, loss }) => [...(coverage === null ? [] : row("coverage", coverage.toFixed(2))), ...(loss === null ? [] : row("loss", nats(loss)))],
};

const factsOf = (side, word) => [
  h("dl", {}, ...ROWS[side](word)), ...word.reasons.map((reason) => h("p", { class: "il-reason", text: labels[reason] })),
];

const showFacts = (node) => {
  facts.hidden = !node;
  for (const told of element.querySelectorAll("[aria-describedby]")) told.removeAttribute("aria-describedby");
  if (!node) return;
  node.setAttribute("aria-describedby", facts.id);
  const { side } = node.dataset;
  facts.replaceChildren(...factsOf(side, unitOf(node)));
  facts.hidden = !facts.textContent;
  root().append(facts);
  place(facts, node, side === "source");
};
const percentPoints = (margin) => `${margin < 0 ? "−" : "+"}${Math.round(Math.abs(margin) * 100)} %`;

// Under the word, inside the card; above it where the translation would be covered.
const place = (box, node, above = false) => {
  const frame = root().getBoundingClientRect();
  const word = node.getBoundingClientRect();
  const left = Math.max(0, Math.min(word.left - frame.left, frame.width - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${above ? word.top - frame.top - box.offsetHeight - 6 : word.bottom - frame.top + 6}px`;
};
