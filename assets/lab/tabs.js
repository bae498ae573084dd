// One view of the lab at a time, and what is to be taken away of all of them: a link and the data.
const lab = window.interlinear.lab;
const VIEWS = ["map", "lines", "heads", "beam", "compare", "own"];
const frame = () => document.getElementById("lab");
const chosen = () => (VIEWS.includes(lab.view.tab) ? lab.view.tab : VIEWS[0]);

// The tree is asked for when it is looked at and not there: it costs a search.
let waiting = null;
const fetchTree = () => {
  clearTimeout(waiting);
  if (chosen() !== "beam" || !lab.page) return;
  waiting = setTimeout(() => { if (!document.querySelector("#lab-tree svg")) lab.ask("trace", {}); }, 100);
};

const permalink = () => {
  const { shown } = lab.page;
  const { unit, kind, layer, head } = lab.view;
  const query = new URLSearchParams({ t: shown.translation, s: shown.segment, view: chosen(), unit });
  if (kind !== null) query.set("kind", kind);
  // Without a hypothesis, what was recalled from a correction opens again.
  if (shown.kind !== "correction") query.set("h", shown.hypothesis);
  if (layer !== null) query.set("layer", layer);
  if (head !== null) query.set("head", head);
  return `${window.location.origin}${window.location.pathname}?${query}`;
};

const draw = () => {
  frame()?.setAttribute("data-tab", chosen());
  const choose = (index) => { lab.setView({ tab: VIEWS[index] }); root().querySelector(`[data-testid="view-${VIEWS[index]}"]`).focus({ preventScroll: true }); };
  const tabs = VIEWS.map((name, index) => h("button", {
    type: "button", role: "tab", id: `lab-tab-${name}`, "data-testid": `view-${name}`, text: labels[name], "aria-selected": String(name === chosen()),
    "aria-controls": `lab-${name}`, tabindex: name === chosen() ? 0 : -1, onclick: () => choose(index),
  }));
  const list = h("div", { class: "il-tabs", role: "tablist", "aria-label": labels.views }, ...tabs);
  list.addEventListener("keydown", (event) => arrowKeys(event, tabs, choose));
  for (const { id } of tabs) {
    const pane = document.getElementById(id.replace("-tab", ""));
    pane?.setAttribute("role", "tabpanel");
    pane?.setAttribute("aria-labelledby", id);
  }
  const link = h("button", { type: "button", class: "il-quiet", "data-testid": "permalink", text: labels.link, title: labels.link_hint });
  link.addEventListener("click", async () => {
    await writeClipboard(permalink());
    link.textContent = labels.link_copied;
    setTimeout(() => { link.textContent = labels.link; }, 1500);
  });
  show(list, h("span", { class: "il-take" }, link, h("button", { type: "button", class: "il-quiet", "data-testid": "json", text: labels.json, onclick: downloadJson })));
};
lab.onView(() => { draw(); fetchTree(); });
lab.onPage(() => { draw(); fetchTree(); });
draw();
