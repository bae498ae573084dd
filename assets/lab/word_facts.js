// What the model knew when it wrote a word: a small card beside it.
const percent = (share) => (share >= 0.995 ? "99+ %" : share < 0.01 ? "< 1 %" : `${Math.round(share * 100)} %`);
const facts = h("div", { class: "il-facts-card", role: "tooltip", "data-testid": "word-facts", hidden: true });

const showFacts = (node) => {
  facts.hidden = !node;
  if (!node) return;
  const word = lab.page.target.words[Number(node.dataset.index)];
  const row = (name, value) => [h("dt", { text: labels[name], title: labels[`${name}_hint`] }), h("dd", { text: value })];
  facts.replaceChildren(
    h("dl", {}, ...row("probability", percent(word.prob)), ...row("rank", String(word.rank)),
      ...row("entropy", say(labels.nats, { nats: word.entropy.toFixed(2) })), ...row("margin", percentPoints(word.margin))),
    ...(word.reasons || []).map((reason) => h("p", { class: "il-reason", text: labels[reason] })),
  );
  root().append(facts);
  place(facts, node);
};
const percentPoints = (margin) => `${margin < 0 ? "−" : "+"}${Math.round(Math.abs(margin) * 100)} %`;

// Under the word, inside the card.
const place = (box, node) => {
  const frame = root().getBoundingClientRect();
  const word = node.getBoundingClientRect();
  const left = Math.max(0, Math.min(word.left - frame.left, frame.width - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${word.bottom - frame.top + 6}px`;
};
