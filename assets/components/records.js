// The corrections as a list of buttons: a table where there is room, cards on a phone.
const draw = () => {
  const { rows = [], selected = null } = props.value || {};
  if (!rows.length) return show(h("p", { class: "il-empty", text: props.value?.empty || labels.empty }));
  const open = (id) => { update({ selected: id }); draw(); trigger("pick"); };
  const head = h("div", { class: "il-head", "aria-hidden": "true" },
    ...[labels.source, labels.machine, labels.correction, labels.hter, labels.when].map((text) => h("span", { text })));
  const line = (row) => h("button", {
    type: "button", class: "il-row", "data-testid": "record", "data-id": row.id,
    "aria-pressed": String(row.id === selected), onclick: () => open(row.id),
  },
  h("span", { class: "il-source", lang: row.source_language, dir: "auto", text: row.source }),
  h("span", { class: "il-machine", lang: row.target_language, dir: "auto", text: row.machine }),
  h("span", { class: "il-corrected", lang: row.target_language, dir: "auto" }, ...diffWords(row.edits)),
  h("span", { class: "il-number" }, h("b", { text: row.hter }), h("span", { class: "il-verdict", "data-verdict": row.verdict, text: labels[row.verdict] }),
    row.set_aside && h("span", { class: "il-aside", text: labels.set_aside })),
  h("span", { class: "il-meta" }, h("span", { text: row.when }), h("span", { text: row.direction }), h("span", { class: "il-model", text: row.model })));
  show(head, ...rows.map(line));
};
// Another tab may have named one to open.
const openWanted = () => {
  const id = window.interlinear.wantedRecord;
  if (!id || !props.value?.rows) return;
  delete window.interlinear.wantedRecord;
  update({ selected: id });
  draw();
  trigger("pick");
};
const NARROW_PX = 700;
new ResizeObserver(([{ contentRect }]) => element.classList.toggle("il-narrow", contentRect.width < NARROW_PX)).observe(element);
onValue(() => { draw(); openWanted(); });
