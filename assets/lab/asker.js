// Asks Python what the lab wants to know: each kind of question is an event of its own, the value its detail. Those
// without a detail leave the value alone: another question may still wait for its turn to be read from there.
const ASK = {
  reword: (detail) => send(detail, () => trigger("reword")),
  undo: () => trigger("back"),
  redo: () => trigger("forth"),
  attention: (detail) => send(detail, () => trigger("attention")),
  heads: (detail) => send(detail, () => trigger("heads")),
  tree: (detail) => send(detail, () => trigger("tree")),
  weigh: () => trigger("weigh"),
  trace: () => trigger("trace"),
  matter: (detail) => send({ ...window.interlinear.lab.chosen("cross"), ...detail }, () => trigger("matter")),
  compare: (detail) => send(detail, () => trigger("compare")),
  pin: () => trigger("pin"),
  link: (detail) => send(detail, () => trigger("link")),
};
const send = (detail, go) => { props.value = detail; go(); };
window.interlinear.lab.ask = (kind, detail) => ASK[kind](detail);

// A permalink restores the sentence once the page listens.
const query = new URLSearchParams(window.location.search);
if (query.has("t")) {
  const whole = (name) => Number.parseInt(query.get(name) || "0", 10) || 0;
  const chosen = (name) => (/^\d+$/.test(query.get(name) || "") ? whole(name) : query.get(name) === "max" ? "max" : null);
  const one = (name, allowed) => (allowed.includes(query.get(name)) ? query.get(name) : allowed[0]);
  window.interlinear.lab.setView({
    unit: one("unit", ["words", "pieces"]), kind: one("kind", [null, "align", "cross", "encoder", "decoder"]),
    layer: chosen("layer") === "max" ? null : chosen("layer"), head: chosen("head"), tab: query.get("view"),
  });
  setTimeout(() => window.interlinear.lab.ask("link", { translation: query.get("t"), segment: whole("s"), hypothesis: query.has("h") ? whole("h") : null }), 0);
}
