// What to set side by side, and whether by words or pieces. Part before this one: unit_choice.
const draw = () => {
  const button = (name, act) => h("button", { type: "button", class: "il-quiet", "data-testid": `compare-${name}`, text: labels[name], title: labels[`${name}_hint`], onclick: act });
  const compare = (what) => () => lab.ask("compare", { what, seed: Math.floor(Math.random() * 1000000) });
  const pinned = props.value?.pinned;
  show(h("div", { class: "il-bar" },
    button("searches", compare("searches")), button("models", compare("models")), button("pin", () => lab.ask("pin", {})),
    pinned && button("pinned", compare("pinned")), unitChoice()),
  pinned && h("p", { class: "note" }, h("b", { text: labels.pinned_is }), h("span", { dir: "auto", text: ` ${pinned}` })));
};
onValue(draw);
lab.onView(draw);
