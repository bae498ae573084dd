// Every revision of one correction, newest first.
const draw = () => {
  const { source = "", machine = "", revisions = [], facts = [], reasons = [], set_aside = false, source_language, target_language } = props.value || {};
  const pair = (name, text, lang) => [h("dt", { text: name }), h("dd", { text, lang, dir: "auto" })];
  show(
    h("dl", { class: "il-pair" }, ...pair(labels.source, source, source_language), ...pair(labels.machine, machine, target_language)),
    h("ul", { class: "il-list" }, ...facts.map((text) => h("li", { text }))),
    reasons.length && h("div", { class: "il-reasons", "data-set-aside": String(set_aside), "data-testid": "reasons" },
      h("b", { text: set_aside ? labels.why : labels.noticed }), h("ul", {}, ...reasons.map((text) => h("li", { text })))),
    h("details", { open: revisions.length > 1 }, h("summary", { text: say(labels.history, { count: revisions.length }) }),
      h("ol", { class: "il-revisions" }, ...revisions.map(({ number, text, when, hter, status, who, reason, comment }) => h("li", { "data-testid": "revision" },
        h("span", { class: "il-rank", text: number }), h("span", { class: "il-text", lang: target_language, dir: "auto", text }),
        h("span", { class: "il-meta", text: [labels[status], who, hter, when].filter(Boolean).join(" · ") }),
        reason && h("span", { class: "il-meta", dir: "auto", text: say(labels.because, { said: reason }) }),
        comment && h("span", { class: "il-meta", dir: "auto", text: say(labels.comment, { said: comment }) }))))),
  );
  reveal(source);
};
onValue(draw);
