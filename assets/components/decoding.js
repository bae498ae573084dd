// Greedy, beam or sampling; the knobs are those of the chosen search. And whether corrections act, and steer the search for
// texts like theirs, which the browser remembers, whatever search a link brings along.
window.interlinear.decoding = labels;
const KNOBS = {
  greedy: [],
  beam: [["beam_size", 1, 1, 32], ["length_penalty", 0.1, 0, 5], ["n_best", 1, 1, 32]],
  sampling: [["temperature", 0.1, 0.1, 5], ["top_p", 0.05, 0.05, 1], ["samples", 1, 1, 32], ["seed", 1, 0, 999999]],
};
const MODES = Object.keys(KNOBS);

const knob = ([name, step, low, high]) => {
  const input = h("input", { type: "number", step, min: low, max: high, inputmode: "decimal", "data-testid": name });
  input.value = props.value[name];
  input.addEventListener("input", () => {
    update({ [name]: input.value === "" ? null : Number(input.value) });
    if (input.value !== "" && input.checkValidity()) window.interlinear.anotherWay();
    if (name === "beam_size" && props.value.n_best > props.value.beam_size && props.value.beam_size >= 1) {
      update({ n_best: props.value.beam_size });
      root().querySelector('[data-testid="n_best"]').value = props.value.n_best;
    }
  });
  return h("label", { class: "il-knob", title: labels[`${name}_hint`] }, h("span", { text: labels[name] }), input);
};

const SWITCHES = [["memory", "on"], ["neighbours", "off"]];
const isOn = (name, usual) => (localStorage.getItem(`interlinear.${name}`) ?? usual) === "on";
const read = () => Object.fromEntries(SWITCHES.map(([name, usual]) => [name, isOn(name, usual)]));
const toggle = ([name, usual]) => {
  const input = h("input", { type: "checkbox", role: "switch", checked: isOn(name, usual), "data-testid": `use-${name}` });
  input.addEventListener("change", () => {
    localStorage.setItem(`interlinear.${name}`, input.checked ? "on" : "off");
    update(read());
    if (document.querySelector("#source-text textarea")?.value.trim()) document.getElementById("translate")?.click();
  });
  return h("label", { class: "il-toggle", title: labels[`${name}_hint`] }, input, h("span", { text: labels[name] }));
};

const draw = () => {
  const now = read();
  if (SWITCHES.some(([name]) => props.value[name] !== now[name])) update(now);
  const choose = (index) => { update({ mode: MODES[index] }); draw(); window.interlinear.anotherWay(); };
  const buttons = MODES.map((mode, index) => h("button", {
    type: "button", role: "radio", "data-testid": mode, text: labels[mode], title: labels[`${mode}_hint`],
    "aria-checked": String(props.value.mode === mode), tabindex: props.value.mode === mode ? 0 : -1,
    onclick: () => { choose(index); root().querySelector(`[data-testid="${mode}"]`).focus(); },
  }));
  const group = h("div", { class: "il-segmented", role: "radiogroup", "aria-label": labels.search }, ...buttons);
  group.addEventListener("keydown", (event) => {
    arrowKeys(event, buttons, choose);
    root().querySelector('[aria-checked="true"]').focus({ preventScroll: true });
  });
  const knobs = KNOBS[props.value.mode] || [];
  show(group, knobs.length > 0 && h("div", { class: "il-knobs" }, ...knobs.map(knob)), ...SWITCHES.map(toggle));
};
onValue(draw);
