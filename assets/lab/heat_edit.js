// Edit mode of the heat map: one weight is set, the rest of its row makes room, and the model decodes again with such rows.
// Only where one attention feeds one decoder step: recurrent and convolutional models.
const EDITABLE = ["recurrent", "convolutional"];
const STEP = 0.05;
const FULL_DRAG_PX = 160;
const edit = { on: false, rows: new Map(), before: {} };

const canEdit = () => EDITABLE.includes(lab.page.model.architecture) && Boolean(lab.page.attention?.cross) && !lab.page.pooled;
const isEdited = ({ from, to }) => {
  const rows = [...edit.rows.keys(), ...Object.keys(lab.page.edits?.rows || {}).map(Number)];
  return kindNow() === "cross" && rows.some((row) => row >= from && row < to);
};

// The row with one weight set and the others in their old proportions; it sums to 1.
const rescaled = (weights, column, weight) => {
  const kept = weights.length === 1 ? 1 : Math.min(1, Math.max(0, weight));
  const rest = weights.reduce((sum, value, index) => sum + (index === column ? 0 : value), 0);
  return weights.map((value, index) => {
    if (index === column) return kept;
    return rest > 0 ? (value * (1 - kept)) / rest : (1 - kept) / (weights.length - 1);
  });
};
const withEdits = (matrix) => (edit.on ? matrix.map((row, index) => edit.rows.get(index) || row) : matrix);

// Left, it gives back how the map was looked at, but for what was chosen since.
const leave = (chosen) => { edit.on = false; lab.setView({ ...edit.before, ...chosen }); };
const turnEdit = (on) => {
  if (!on) return leave();
  const { unit, kind, layer, head } = lab.view;
  edit.before = { unit, kind, layer, head };
  edit.on = true;
  lab.setView({ unit: "pieces", kind: "cross", layer: null, head: null });
};
const resetEdits = () => { edit.rows.clear(); draw(); };
const setWeight = (row, column, weight, weights = map.matrix[row]) => {
  edit.rows.set(row, rescaled(weights, column, weight));
  map.matrix = withEdits(map.matrix);
  redrawCells();
};
const decodeAgain = () => lab.ask("attention", { rows: { ...lab.page.edits?.rows, ...Object.fromEntries(edit.rows) } });

const editButton = () => canEdit() && h("button", {
  type: "button", class: "il-quiet", "aria-pressed": String(edit.on), title: labels.edit_hint, text: labels.edit, "data-testid": "edit",
  onclick: () => turnEdit(!edit.on),
});
const editBar = () => edit.on && h("div", { class: "il-edit-bar" },
  h("span", { class: "il-meta", text: labels.edit_how }),
  h("span", { class: "il-choices" },
    h("button", { type: "button", class: "il-quiet", text: labels.reset, disabled: !edit.rows.size, "data-testid": "reset", onclick: resetEdits }),
    h("button", { type: "button", class: "il-go", text: labels.decode_again, disabled: !edit.rows.size, "data-testid": "decode-again", onclick: decodeAgain })));
const updateEditBar = () => {
  for (const button of element.querySelectorAll(".il-edit-bar button")) button.disabled = !edit.rows.size;
};

// Up makes a weight larger, down smaller; proportions are those from before the drag.
const startDrag = (cells, event, { row, column }) => {
  const before = map.matrix[row];
  const start = event.clientY;
  const move = ({ clientY }) => { setWeight(row, column, before[column] + (start - clientY) / FULL_DRAG_PX, before); tellHere(); };
  const stop = () => { cells.removeEventListener("pointermove", move); updateEditBar(); };
  cells.setPointerCapture(event.pointerId);
  cells.addEventListener("pointermove", move);
  cells.addEventListener("pointerup", stop, { once: true });
  cells.addEventListener("pointercancel", stop, { once: true });
};
const nudge = ({ row, column }, key) => {
  setWeight(row, column, map.matrix[row][column] + (key === "-" ? -STEP : STEP));
  updateEditBar();
};

lab.onPage(() => { edit.rows.clear(); if (edit.on && !canEdit()) leave(); });
lab.onView(({ unit, kind }) => {
  if (edit.on && (unit !== "pieces" || kind !== "cross")) leave(kind === "cross" ? { unit } : { unit, kind });
});
