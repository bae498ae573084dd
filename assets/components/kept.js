// Words kept from the lab, newest first, each with a way out that asks once more. Its value: { rows, total, selected }.
const leaving = (name, words, sure, now, go, index) => h("details", { class: "il-leaving" },
  h("summary", { text: words, "data-testid": name, "data-index": index }),
  h("div", {}, h("p", { text: sure }), h("button", { type: "button", class: "il-quiet danger", text: now, "data-testid": `${name}-now`, "data-index": index, onclick: go })));
const draw = () => {
  const { rows = [], total = 0 } = props.value || {};
  const line = ({ id, source, prefix, chosen, rejected, when, direction, source_language, target_language }, index) => {
    const pair = (name, lang, ...said) => [h("dt", { text: name }), h("dd", { lang, dir: "auto" }, ...said)];
    return h("li", { "data-testid": "kept-words" },
      h("p", { class: "il-kept-facts", text: `${direction} · ${when}` }),
      h("dl", { class: "il-pair" }, ...pair(labels.source, source_language, source),
        ...pair(labels.chosen, target_language, prefix, h("b", { text: chosen })),
        ...pair(labels.in_place_of, target_language, prefix, h("s", { text: rejected }))),
      leaving("withdraw-words", labels.withdraw, labels.sure, labels.withdraw_now, () => { update({ selected: id }); trigger("withdraw"); }, index));
  };
  show(h("div", { class: "il-kept-head" },
    h("div", {}, h("h2", { text: labels.kept }), rows.length && h("p", { class: "il-empty", text: labels.kept_note })),
    total > 1 && leaving("withdraw-all-words", say(labels.withdraw_all, { count: total }), labels.sure_all, labels.withdraw_now_all, () => trigger("withdraw_all"))),
  rows.length && h("ul", { class: "il-kept-list" }, ...rows.map(line)));
};
onValue(draw);
