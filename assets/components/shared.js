// Put before every component's script. Text from people enters the page through textContent alone:
// Gradio evaluates an HTML template as a JavaScript template literal, so no value may ever stand in one.
const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === "text") node.textContent = value;
    else if (name === "vars") for (const [key, number] of Object.entries(value)) node.style.setProperty(key, number);
    else if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

const svg = (tag, attributes = {}, ...children) => {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "text") node.textContent = value;
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return node;
};

const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
// The keys of a stroke as they are printed. On a Mac, Command does what Control does elsewhere, and since Option alone
// writes another letter, Control goes with it.
const keyCaps = (stroke) => {
  const keys = stroke.split("+");
  if (!isMac || keys.length < 2) return stroke.length > 1 ? keys : [stroke];
  if (keys[0] === "Ctrl") return ["⌘", ...keys.slice(1)];
  return keys[0] === "Alt" ? [...(keys[1].length === 1 ? ["⌃"] : []), "⌥", ...keys.slice(1)] : keys;
};

const labels = props.labels || {};
const root = () => element.querySelector(".il");

// Draw anew; a keyboard user stays where they were: on what has the same name, or in its place where there is none now.
const show = (...children) => {
  const stops = () => [...root().querySelectorAll("button, select, input, summary, [tabindex]")];
  const nameOf = ({ dataset: { testid, index } }) => (testid ? `${testid} ${index}` : null);
  const before = stops();
  const stop = before.indexOf(document.activeElement);
  const name = stop < 0 ? null : nameOf(before[stop]);
  const nth = before.slice(0, stop).filter((one) => nameOf(one) === name).length;
  root().replaceChildren(...children.filter(Boolean));
  if (stop < 0) return;
  const now = stops();
  const isOpen = (one) => !one.disabled;
  const same = name === null ? [] : now.filter((one) => isOpen(one) && nameOf(one) === name);
  const there = now[stop]?.disabled ? now.slice(stop).find(isOpen) || now.slice(0, stop).findLast(isOpen) : now[stop];
  (same[nth] || there)?.focus({ preventScroll: true });
};
const update = (change) => { props.value = { ...props.value, ...change }; };
const onValue = (draw) => { watch("value", draw); draw(); };

// On a phone the card that just got its content may be out of sight. Once per content, so that nothing jumps twice.
let revealed;
const reveal = (content) => {
  const isNew = content && content !== revealed;
  revealed = content;
  if (isNew && window.innerWidth <= 860) element.closest(".card")?.scrollIntoView({ block: "nearest", behavior: "smooth" });
};

// `{name}` in a label is replaced by the value of that name.
const say = (label, values) => label.replace(/\{(\w+)\}/g, (all, name) => (name in values ? values[name] : all));

const copyButton = (read) => {
  const button = h("button", { type: "button", class: "il-quiet", text: labels.copy });
  button.addEventListener("click", async () => {
    await writeClipboard(read());
    button.textContent = labels.copied;
    setTimeout(() => { button.textContent = labels.copy; }, 1500);
  });
  return button;
};

// The clipboard API exists only on https and localhost, and may be forbidden; the old way asks nobody.
const writeClipboard = async (text) => {
  const isWritten = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  if (isWritten) return;
  const area = h("textarea", { "aria-hidden": "true" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
};

const diffWords = (edits) => edits.flatMap(({ kind, before, after }) => {
  if (kind === "equal") return [h("span", { text: after })];
  const removed = before && h("del", { text: before });
  const added = after && h("ins", { text: after });
  return [removed || null, added || null].filter(Boolean);
});

// Left/Up and Right/Down move among `items`; the chosen one takes the focus (WAI-ARIA radio group).
const arrowKeys = (event, items, choose) => {
  const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (!step) return;
  event.preventDefault();
  const next = (items.indexOf(document.activeElement) + step + items.length) % items.length;
  choose(next);
  items[next].focus();
};

