// Corrections a person began and did not save: kept until saved, one click away.
const draw = () => {
  const { items = [] } = props.value || {};
  const waiting = items.map((item, index) => ({ ...item, index })).filter(({ shown }) => !shown);
  root().hidden = waiting.length === 0;
  show(...waiting.map(({ text, index }) => h("div", { class: "il-draft" },
    h("span", { class: "il-label", text: labels.unsaved }),
    h("span", { class: "il-text", dir: "auto", text }),
    h("button", { type: "button", class: "il-quiet", text: labels.open_draft, "data-testid": "draft",
      onclick: () => { update({ open: index }); trigger("pick"); } }))));
};
onValue(draw);
