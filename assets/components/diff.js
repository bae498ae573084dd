// What a person changed, and how much of it (HTER).
const draw = () => {
  const { edits = [], hter = 0, changed = false, language } = props.value || {};
  show(
    changed
      ? h("p", { class: "il-diff", lang: language, dir: "auto", "aria-label": labels.diff }, ...diffWords(edits))
      : h("p", { class: "il-diff il-empty", text: labels.unchanged }),
    h("span", { class: "il-hter", title: labels.hter_hint, "data-testid": "hter" },
      h("span", { text: labels.hter }), h("b", { text: `${Math.round(hter * 100)} %` })),
  );
};
onValue(draw);

// Leaving the page with a correction that is neither saved nor undone asks first.
if (props.guard) {
  const isSaved = () => document.querySelector("#correct-notice [data-testid=notice-action]");
  window.addEventListener("beforeunload", (event) => {
    if (element.isConnected && props.value?.changed && !props.value.kept && !isSaved()) event.preventDefault();
  });
}
