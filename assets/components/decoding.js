// Greedy or beam; beam's own knobs are there only when beam is chosen.
const number = (name, label, step, low, high) => {
  const input = h("input", { type: "number", step, min: low, max: high, inputmode: "decimal", "data-testid": name });
  input.value = props.value[name];
  input.addEventListener("input", () => {
    update({ [name]: input.value === "" ? null : Number(input.value) });
    if (name === "beam_size" && props.value.n_best > props.value.beam_size && props.value.beam_size >= 1) {
      update({ n_best: props.value.beam_size });
      root().querySelector('[data-testid="n_best"]').value = props.value.n_best;
    }
  });
  return h("label", { class: "il-knob" }, h("span", { text: label }), input);
};

const draw = () => {
  const modes = ["greedy", "beam"];
  const choose = (index) => { update({ mode: modes[index] }); draw(); };
  const buttons = modes.map((mode, index) => h("button", {
    type: "button", role: "radio", "data-testid": mode, text: labels[mode], title: labels[`${mode}_hint`],
    "aria-checked": String(props.value.mode === mode), tabindex: props.value.mode === mode ? 0 : -1,
    onclick: () => { choose(index); root().querySelector(`[data-testid="${mode}"]`).focus(); },
  }));
  const group = h("div", { class: "il-segmented", role: "radiogroup", "aria-label": labels.search }, ...buttons);
  group.addEventListener("keydown", (event) => {
    arrowKeys(event, buttons, choose);
    root().querySelector('[aria-checked="true"]').focus({ preventScroll: true });
  });
  show(group, props.value.mode === "beam" && h("div", { class: "il-knobs" },
    number("beam_size", labels.beam_size, 1, 1, 32),
    number("length_penalty", labels.length_penalty, 0.1, 0, 5),
    number("n_best", labels.n_best, 1, 1, 32)));
};
onValue(draw);
