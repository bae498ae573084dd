// One training: how far it is, how long it will take, what its process printed; curves are beside it.
// It hears from the list how far it is, so that no answer on its way can bring it back once something else is open.
// value: id, state, live, came_to_nothing, snapshot, base, words, percent, left, stopping, error, when, by, restarts, warning, failed_as, doubts,
// log, points, may_act.
let logOpen = false, news = {}, drawn = 0, settled = "", told = "";
const draw = () => {
  const value = { ...props.value, ...(news.id === props.value?.id && news) };
  const { id, state, live, came_to_nothing, snapshot, base, words, percent, left, stopping, error, when, by, restarts, warning, failed_as, doubts, log, may_act } = value;
  if (!id) return show();
  const pre = h("pre", { tabindex: 0, lang: "en", dir: "ltr", "aria-label": labels.log, text: log || labels.no_log });
  show(
    h("div", { class: "il-sheet-card" },
      h("div", { class: "il-sheet-head" }, h("div", {}, h("h2", { text: snapshot, dir: "auto" }), h("i", { class: "il-alias", "data-alias": state, "data-testid": "job-state", text: labels[state] })),
        live && may_act && h("button", { type: "button", class: "il-quiet il-tall", text: labels.cancel, disabled: stopping, "data-testid": "cancel-training", onclick: () => trigger("cancel") }),
        came_to_nothing && may_act && h("button", { type: "button", class: "il-quiet il-tall", text: labels.again, title: labels.again_hint, "data-testid": "start-again", onclick: () => trigger("again") })),
      h("p", { class: "il-facts-line", text: [say(labels.from, { base }), when, by, restarts && say(labels.restarts, { count: restarts })].filter(Boolean).join(" · ") }),
      live && h("div", { class: "il-progress" },
        h("span", { text: words, "data-testid": "job-words" }), h("span", { text: [left, `${percent} %`].filter(Boolean).join(" · "), "data-testid": "job-left" }),
        h("div", { class: "il-meter il-meter-wide", role: "progressbar", "aria-label": labels.progress, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": percent, "aria-valuetext": `${percent} %, ${words}`, vars: { "--share": percent / 100 } })),
      warning && h("p", { class: "il-problem", role: "status", text: warning, "data-testid": "job-warning" }),
      error && h("p", { class: "il-problem", role: "alert", "data-testid": "job-error" }, failed_as && `${failed_as} `, h("span", { lang: "en", text: error })),
      h("details", { class: "il-unfold", open: logOpen || state === "failed", ontoggle: (event) => { logOpen = event.target.open; } }, h("summary", { text: labels.log }), pre)),
    doubts && doubtsCard(doubts, id),
  );
  pre.scrollTop = pre.scrollHeight;
};
onValue(() => { news = {}; drawn = props.value?.points ?? drawn; draw(); });
document.addEventListener("interlinear:jobs", ({ detail }) => {
  const { id, live } = props.value || {};
  if (!element.isConnected || !id || !live) return;
  news = detail.find((one) => one.id === id) || {};
  if (!news.live) {
    if (settled !== id) { settled = id; trigger("settle"); }
    return;
  }
  draw();
  // What is warned of can be looked through from then on.
  if (news.warning && !props.value.doubts && told !== id) { told = id; trigger("settle"); return; }
  if (news.points > drawn) { drawn = news.points; trigger("curve"); }
});
