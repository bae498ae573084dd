// Sentences to start with, in the languages the models read.
const draw = () => show(...(props.items || []).map((item, index) => h("button", {
  type: "button", class: "il-chip", lang: item.language, dir: "auto", text: item.text, "data-testid": "example",
  onclick: () => { props.value = index; trigger("pick"); },
})));
onValue(draw);
