// What is known about the translation on the left, the copy button on the right.
const draw = () => {
  const { items = [], text = "" } = props.value || {};
  show(
    h("dl", {}, ...items.map(({ name, value, hint }) => h("div", { title: hint }, h("dt", { text: name }), h("dd", { text: value })))),
    text && copyButton(() => props.value.text),
  );
};
onValue(draw);
