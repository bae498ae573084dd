// Translates while one types, or chooses another route or search: a pause after it presses the button, if this is switched on.
const PAUSE_MS = 700;
const KEY = "interlinear.typing";
const box = () => document.querySelector("#source-text textarea");
const button = () => document.getElementById("translate");
const isOn = () => localStorage.getItem(KEY) !== "off";
let timer = null;
let asked = "";

const toggle = h("input", { type: "checkbox", role: "switch", "data-testid": "typing" });
toggle.checked = isOn();
toggle.addEventListener("change", () => localStorage.setItem(KEY, toggle.checked ? "on" : "off"));
show(h("label", { class: "il-toggle", title: labels.hint }, toggle, h("span", { text: labels.as_i_type })));

// What translates by itself is not overtaken by the pause after another route; a text just typed is still translated.
document.addEventListener("click", (event) => {
  const pressed = event.target.closest("#translate, .il-swap, [data-testid=example]");
  if (!pressed || (pressed.matches(".il-swap") && asked !== null)) return;
  clearTimeout(timer);
  if (pressed.id === "translate") asked = box()?.value || "";
}, true);
const wait = () => {
  clearTimeout(timer);
  timer = setTimeout(() => { if (isOn() && box()?.value.trim() && box().value !== asked) button()?.click(); }, PAUSE_MS);
};
// The same text, to be translated in another way.
window.interlinear.anotherWay = () => { asked = null; wait(); };
document.addEventListener("input", (event) => {
  if (event.target !== box()) return;
  // While an input method composes, the text is not what the person means yet.
  if (event.isComposing) clearTimeout(timer);
  else wait();
});
document.addEventListener("compositionend", (event) => {
  if (event.target === box()) box().dispatchEvent(new InputEvent("input", { bubbles: true }));
});
