// Trainings that wait, run, or came to nothing; and the way to a new one. The server is asked for news while one is
// under way and the tab is in sight: a timer of Gradio's would go on asking behind another tab.
// value: rows [{id, live, state, snapshot, words, when, percent, ...}], may_act, model, and where it changes selected.
const NEWS_EVERY_MS = 1000;
const toSheet = () => { if (window.innerWidth <= 860) document.querySelector("#models-sheet")?.scrollIntoView({ block: "start", behavior: "smooth" }); };
let selected = "";
const row = (one) => h("button", {
  type: "button", class: "il-model-row", "data-testid": "job", "data-id": one.id, "data-state": one.state, "aria-pressed": String(one.id === selected),
  onclick: () => { update({ selected: one.id }); draw(); trigger("pick"); toSheet(); },
},
h("span", { class: "il-model-name" }, h("b", { text: one.snapshot, dir: "auto" }), h("span", { text: one.when })),
one.live && h("span", { class: "il-meter", "aria-hidden": "true", vars: { "--share": one.percent / 100 } }),
h("span", { class: "il-model-meta", text: one.words }));
const draw = () => {
  const { rows, may_act } = props.value || {};
  if (!rows) return show();
  selected = props.value.selected ?? selected;
  show(
    h("div", { class: "il-models-head" }, h("h2", { text: labels.title }),
      may_act && h("button", { type: "button", class: "il-primary il-tall", text: labels.new, "data-testid": "new-training", onclick: () => { selected = ""; trigger("begin"); toSheet(); } })),
    ...(rows.length ? rows.map(row) : [h("p", { class: "il-empty", text: labels.none })]),
  );
  document.dispatchEvent(new CustomEvent("interlinear:jobs", { detail: rows }));
};
onValue(draw);
const inSight = () => element.isConnected && !document.hidden && element.getClientRects().length > 0;
let asking = false;
setInterval(async () => {
  if (asking || !inSight() || !(props.value?.rows || []).some((one) => one.live)) return;
  asking = true;
  // A server that is started again answers nothing for a while. That is waited for in silence.
  try { if ((await fetch(props.health)).ok) trigger("watch"); } catch { /* it is asked again */ }
  asking = false;
}, NEWS_EVERY_MS);
