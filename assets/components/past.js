// My translations, kept in this browser alone: text and link, newest first. Can be switched off, which forgets them.
// What is typed at the end of a text makes no entry of its own.
const KEY = "interlinear.past";
const OFF = "interlinear.past.off";
const MOST = 50;
const lab = window.interlinear.lab;

const isOff = () => localStorage.getItem(OFF) === "yes";
const read = () => {
  try {
    const items = JSON.parse(localStorage.getItem(KEY) || "[]");
    return Array.isArray(items) ? items.filter((item) => typeof item?.translation === "string") : [];
  } catch {
    return [];
  }
};
const write = (items) => {
  try { localStorage.setItem(KEY, JSON.stringify(items.slice(0, MOST))); } catch { /* a full store forgets the past */ }
};

const keep = (page) => {
  if (isOff()) return;
  const { shown: { translation }, source: { language: from }, target: { language: to }, whole } = page;
  const others = read().filter((item) => item.translation !== translation);
  const [last] = others;
  const isBeginning = last?.from === from && last.to === to && whole.source !== last.source && whole.source.startsWith(last.source);
  write([{ translation, source: whole.source, target: whole.target, from, to }, ...others.slice(isBeginning ? 1 : 0)]);
};

const list = h("ol", { class: "il-past-list" });
const off = h("input", { type: "checkbox", role: "switch", "data-testid": "past-on" });
const dialog = h("dialog", { class: "il-dialog il-past-dialog", "aria-label": labels.title },
  h("h2", { text: labels.title }), h("p", { class: "note", text: labels.note }), list,
  h("div", { class: "il-bar" },
    h("label", { class: "il-toggle" }, off, h("span", { text: labels.keep })),
    h("button", { type: "button", class: "il-quiet", text: labels.forget, "data-testid": "past-forget", onclick: () => { write([]); draw(); } }),
    h("button", { type: "button", class: "il-quiet", text: labels.close, onclick: () => dialog.close() })));
off.addEventListener("change", () => {
  localStorage.setItem(OFF, off.checked ? "no" : "yes");
  if (!off.checked) write([]);
  draw();
});
dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });

const draw = () => {
  const items = read();
  const open = (translation) => { dialog.close(); lab.ask("link", { translation, segment: 0 }); };
  off.checked = !isOff();
  list.replaceChildren(...items.map(({ translation, source, target, from, to }) => h("li", {}, h("button", {
    type: "button", class: "il-past-entry", "data-testid": "past", onclick: () => open(translation),
  }, h("span", { lang: from, dir: "auto", text: source }), h("span", { lang: to, dir: "auto", text: target })))),
  !items.length && h("li", { class: "il-empty", text: isOff() ? labels.off : labels.empty }) || "");
};
show(h("button", {
  type: "button", class: "il-quiet", text: labels.title, "aria-haspopup": "dialog", "data-testid": "show-past",
  onclick: () => { draw(); dialog.showModal(); },
}), dialog);
lab.onPage(keep);
