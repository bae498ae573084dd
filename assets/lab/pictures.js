// "Take it away": a picture of the lab as SVG, as PNG or as a page of its own, and the data behind it. Nothing leaves the browser.
// A view hands in a function that makes its picture: an <svg> with a viewBox, coloured by class names as on the page.
const pictured = window.interlinear.lab;

// The light colours of app.css, whatever the page looks like: a picture ends up on paper or a slide.
const PAPER = {
  "--amber": "#a84f08", "--added": "#126b34", "--removed": "#b91c1c", "--accent": "#4f46e5", "--card": "#ffffff",
  "--sunken": "#f1f5f9", "--raised": "#ffffff", "--line": "#e2e8f0", "--ink": "#1e293b", "--faint": "#526077",
};
const INLINED = [
  "fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-linecap", "stroke-dasharray", "opacity",
  "font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline", "paint-order", "unicode-bidi",
];
const FONTS = "system-ui, 'Segoe UI', 'Noto Sans', 'Noto Sans CJK SC', sans-serif";
const MARGIN = 16;
const MAX_SIDE = 16_000;

// XML has no place for these, however they are written.
const legal = (text) => text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd").replace(/\p{Surrogate}/gu, "\ufffd");

// As the page calls it (components/decoding.js).
const called = (name) => window.interlinear.decoding?.[name] || name;
// What the picture shows, as name and value.
const captionOf = ({ model, source, target, options = {} }, told) => [
  [labels.caption_model, model.id], [labels.caption_source, source.text], [labels.caption_target, target.text],
  [labels.caption_options, Object.entries(options).map(([name, value]) => (name === "mode" ? called(value) : `${called(name)} ${value}`)).join(", ")],
  [labels.caption_view, told],
].filter(([, value]) => value);

// The picture with every colour written into it, on a light ground, able to stand anywhere.
const sealed = (picture, title, caption) => {
  const press = h("div", { class: "il-press", "aria-hidden": "true", vars: PAPER }, picture);
  root().append(press);
  const nodes = [...picture.querySelectorAll("[class]")];
  const looks = nodes.map((node) => INLINED.map((name) => [name, getComputedStyle(node).getPropertyValue(name)]));
  press.remove();
  nodes.forEach((node, index) => {
    for (const [name, value] of looks[index]) node.setAttribute(name, value);
    node.removeAttribute("class");
  });
  const [, , width, height] = picture.getAttribute("viewBox").split(" ").map(Number);
  const box = { x: -MARGIN, y: -MARGIN, width: width + 2 * MARGIN, height: height + 2 * MARGIN };
  for (const name of ["width", "height"]) picture.setAttribute(name, box[name]);
  picture.setAttribute("viewBox", Object.values(box).join(" "));
  picture.setAttribute("font-family", FONTS);
  picture.setAttribute("role", "img");
  picture.removeAttribute("class");
  const told = caption.map(([name, value]) => `${name}: ${value}`).join("\n");
  picture.prepend(svg("title", { text: title }), svg("desc", { text: told }), svg("rect", { ...box, fill: "#ffffff" }));
  return picture;
};
const asSvg = (picture) => legal(new XMLSerializer().serializeToString(picture));

const asPng = async (picture) => {
  const [width, height] = ["width", "height"].map((name) => Number(picture.getAttribute(name)));
  const scale = Math.min(2, MAX_SIDE / Math.max(width, height));
  const image = new Image();
  image.src = URL.createObjectURL(new Blob([asSvg(picture)], { type: "image/svg+xml" }));
  await image.decode();
  const canvas = h("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  URL.revokeObjectURL(image.src);
  return new Promise((done) => { canvas.toBlob(done, "image/png"); });
};

const PAGE_STYLE = `body { margin: 0; padding: 32px; font-family: ${FONTS}; color: #1e293b; background: #fff; }
h1 { font-size: 1.1rem; } figure { margin: 0; overflow: auto; }
dl { display: grid; grid-template-columns: auto 1fr; gap: 4px 16px; font-size: 0.9rem; } dt { color: #526077; } dd { margin: 0; }
#tip { position: fixed; padding: 4px 10px; border-radius: 8px; background: #1e293b; color: #fff; font-size: 0.85rem; pointer-events: none; }`;
const PAGE_SCRIPT = `const tip = document.getElementById("tip");
for (const title of document.querySelectorAll("svg title")) { title.parentNode.dataset.tip = title.textContent; title.remove(); }
delete document.querySelector("svg").dataset.tip;
document.addEventListener("mousemove", ({ target, clientX, clientY }) => {
  const text = target.closest("[data-tip]")?.dataset.tip;
  tip.hidden = !text;
  tip.textContent = text || "";
  tip.style.left = Math.min(clientX + 14, innerWidth - tip.offsetWidth - 8) + "px";
  tip.style.top = Math.min(clientY + 14, innerHeight - tip.offsetHeight - 8) + "px";
});`;
const asPage = (picture, title, caption) => {
  const page = document.implementation.createHTMLDocument(title);
  page.documentElement.lang = document.documentElement.lang || "en";
  page.head.prepend(h("meta", { charset: "utf-8" }));
  page.head.append(h("style", { text: PAGE_STYLE }));
  page.body.append(h("h1", { text: title }), h("figure", {}, picture),
    h("dl", {}, ...caption.flatMap(([name, value]) => [h("dt", { text: name }), h("dd", { text: value, dir: "auto" })])),
    h("div", { id: "tip", hidden: true }), h("script", { text: PAGE_SCRIPT }));
  return legal(`<!doctype html>\n${page.documentElement.outerHTML}`);
};

const saveFile = (content, type, name) => {
  const link = h("a", { href: URL.createObjectURL(new Blob([content], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
};
const fileName = (name, ending) => `${name}-${pictured.page.model.name}`.replace(/[^\w.-]+/g, "_") + ending;
// As the server sent it: `read` was made here. With what was asked for besides, as long as it is to what is shown.
const downloadJson = () => {
  const { read, ...page } = pictured.page;
  for (const [name, { of, ...value }] of Object.entries(pictured.loaded)) if (pictured.isHere(of)) page[name] = value;
  saveFile(JSON.stringify(page, null, 1), "application/json", fileName("interlinear", ".json"));
};

const FORMATS = {
  svg: async (make, name, ...told) => saveFile(asSvg(sealed(make(), ...told)), "image/svg+xml", fileName(name, ".svg")),
  png: async (make, name, ...told) => saveFile(await asPng(sealed(make(), ...told)), "image/png", fileName(name, ".png")),
  html: async (make, name, ...told) => saveFile(asPage(sealed(make(), ...told), ...told), "text/html", fileName(name, ".html")),
  json: async () => downloadJson(),
};

// A button that opens the four ways. `name` is the file's; `look` tells in words how the view looks at the page.
const pictureMenu = (make, name, look = () => "") => {
  const items = Object.entries(FORMATS).map(([format, save]) => h("button", {
    type: "button", role: "menuitem", tabindex: -1, class: "il-option", "data-testid": `save-${format}`,
    onclick: () => { shut(); save(make, name, labels.picture_title, captionOf(pictured.page, look())); },
  }, h("b", { text: format.toUpperCase() }), h("span", { class: "il-meta", text: labels[`save_${format}`] })));
  const menu = h("div", { class: "il-menu il-save-menu", role: "menu", tabindex: -1, "aria-label": labels.save_picture, hidden: true }, ...items);
  const opener = h("button", {
    type: "button", class: "il-quiet", "aria-haspopup": "menu", "aria-expanded": "false", text: labels.save_picture, "data-testid": "save-picture",
  });
  const turn = (open) => { menu.hidden = !open; opener.setAttribute("aria-expanded", String(open)); };
  const shut = () => { turn(false); opener.focus({ preventScroll: true }); };
  opener.addEventListener("click", () => { turn(menu.hidden); if (!menu.hidden) items[0].focus({ preventScroll: true }); });
  const box = h("div", { class: "il-save" }, opener, menu);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !menu.hidden) { event.stopPropagation(); shut(); }
    if (items.includes(event.target)) arrowKeys(event, items, () => {});
  });
  box.addEventListener("focusout", (event) => { if (!box.contains(event.relatedTarget)) turn(false); });
  return box;
};
