// Sentences to start with, of the chosen model and direction. Only their texts are kept: each is translated anew.
const draw = () => {
  const { model, source, target } = window.interlinear.way || {};
  const isHere = (item) => item.model === model && item.source === source && item.target === target;
  show(...(props.items || []).map((item, index) => isHere(item) && h("button", {
    type: "button", class: "il-chip", lang: source, dir: "auto", text: item.text, "data-testid": "example",
    onclick: () => { props.value = index; trigger("pick"); },
  })));
};
window.interlinear.onWay = draw;
onValue(draw);
