// Big numbers with small names.
const draw = () => show(...((props.value || {}).items || []).map(({ name, value }) => h("div", { "data-testid": "figure" }, h("b", { text: value }), h("span", { text: name }))));
onValue(draw);
