// The "?" button and what it opens: each keystroke with what it does. A modal dialog keeps the focus, and Esc closes it.
const cap = (key) => h("kbd", { text: key });
const line = ([stroke, does]) => h("div", {},
  h("dt", {}, ...stroke.split(" ").map((one) => h("span", {}, ...keyCaps(one).flatMap((key, index) => [index ? "+" : null, cap(key)])))),
  h("dd", { text: does }));

const close = h("button", { type: "button", class: "il-quiet", text: labels.close, "data-testid": "close-keys" });
// Those of one tab, under its name, come first where that is open.
const groups = (props.groups || []).map(({ title, keys }) => h("section", { "data-tab": title }, h("h3", { text: title }), h("dl", {}, ...Object.entries(keys).map(line))));
const others = h("h3", { text: labels.others });
const dialog = h("dialog", { class: "il-dialog", "aria-label": labels.keys },
  h("h2", { text: labels.keys }), ...groups, others,
  h("dl", {}, ...Object.entries(props.keys || {}).map(line)),
  close);
const open = () => {
  const tab = document.querySelector("#tabs > .tab-wrapper [role=tab][aria-selected=true]")?.textContent.trim();
  for (const group of groups) group.hidden = group.dataset.tab !== tab;
  others.hidden = groups.every((group) => group.hidden);
  dialog.showModal();
  dialog.scrollTop = 0; // not where the button is that has the focus
};
close.addEventListener("click", () => dialog.close());
// What is outside the dialog's box counts as the dialog itself.
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
show(h("button", {
  type: "button", class: "il-round", text: "?", "aria-label": labels.keys, title: labels.keys, "aria-haspopup": "dialog",
  "data-testid": "show-keys", onclick: open,
}), dialog);
