// Put before the desk: buttons that say their key, and what is typed into a box that appears when asked for.
const annotate = window.interlinear.annotate;
const stroke = (keys) => h("kbd", { "aria-hidden": "true", text: keyCaps(keys).join(isMac ? "" : "+") });
const action = (name, keys, go, look = "il-quiet") => h("button", {
  type: "button", class: look, "data-testid": name, "aria-keyshortcuts": keys.replace("Ctrl", "Control"), onclick: go,
}, h("span", { text: labels[name] }), stroke(keys));

// A line to write on, sent with Enter and closed with Escape.
const tray = (name, { value = "", note = "", go, close }) => {
  const input = h("input", { type: "text", maxlength: 1000, "aria-label": labels[`${name}_label`], placeholder: labels[`${name}_label`], dir: "auto", "data-testid": `${name}-text` });
  input.value = value;
  const send = () => go(input.value);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing) { event.preventDefault(); event.stopPropagation(); send(); }
  });
  const node = h("div", { class: "il-tray", "data-testid": `${name}-tray` },
    h("span", { class: "il-tray-line" }, input,
      h("button", { type: "button", class: "il-primary", "data-testid": `${name}-go`, text: labels[`${name}_go`], onclick: send }),
      h("button", { type: "button", class: "il-quiet", text: labels.close, onclick: close })),
    note && h("span", { class: "il-tray-note", text: note }));
  return { node, send, focus: () => input.focus() };
};

const clockText = (seconds) => {
  const whole = Math.floor(seconds);
  const hours = Math.floor(whole / 3600);
  const minutes = String(Math.floor(whole / 60) % 60).padStart(hours ? 2 : 1, "0");
  return `${hours ? `${hours}:` : ""}${minutes}:${String(whole % 60).padStart(2, "0")}`;
};
