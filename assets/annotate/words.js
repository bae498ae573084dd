// A text as words on which errors are marked, by mouse or keyboard. One word has the focus; Shift or a drag takes more.
// `get` and `set` are the errors. After the words comes a place for each omission, and last one to mark another.
const makeWords = (turn, { get, set, toScore, categories }) => {
  const points = Array.from(turn.text);
  const text = (from, to) => points.slice(from, to).join("");
  const places = turn.units.map(([start, end]) => ({ start, end }));
  const count = places.length;
  let [anchor, at] = [0, 0];

  const makeNode = (index, kind, shown, lang) => h("span", { class: `il-unit il-${kind}`, role: "option", tabindex: -1, "data-testid": kind, "data-index": index, text: shown, lang });
  const nodes = places.map(({ start, end }, index) => makeNode(index, "unit", text(start, end), turn.target_language));
  const gaps = places.slice(1).map(({ start }, index) => h("span", { class: "il-gap", text: text(places[index].end, start) }));
  const line = h("div", { class: "il-units", role: "listbox", "aria-multiselectable": "true", "aria-label": labels.words, "aria-describedby": turn.source_id || "desk-source", dir: "auto", "data-testid": "units" });
  nodes.forEach((node, index) => line.append(...(index ? [gaps[index - 1]] : []), node));

  const omissions = () => get().filter(isMissing);
  const last = () => count + omissions().length;
  const range = () => [Math.min(anchor, at), Math.max(anchor, at)];
  const span = () => {
    const [first, end] = range();
    // What is missing has no place beside words.
    return first < count ? { start: places[first].start, end: places[end].end } : null;
  };
  const errorAt = (index) => {
    if (index >= count) return omissions()[index - count];
    const { start, end } = places[index];
    return get().find((error) => touches(error, start, end));
  };
  const fitMissing = () => {
    while (nodes.length <= last()) { nodes.push(makeNode(nodes.length, "missing", turn.missing)); line.append(" ", nodes.at(-1)); }
    while (nodes.length > last() + 1) { line.lastChild.remove(); line.lastChild.remove(); nodes.pop(); }
    [anchor, at] = [Math.min(anchor, last()), Math.min(at, last())];
  };
  const show_ = () => {
    fitMissing();
    const [first, end] = range();
    nodes.forEach((node, index) => {
      const error = errorAt(index);
      const chosen = index >= first && index <= end;
      node.tabIndex = index === at ? 0 : -1;
      node.setAttribute("aria-selected", String(chosen));
      node.dataset.severity = error?.severity || "";
      node.dataset.undecided = String(Boolean(error?.undecided));
      const state = error ? `, ${labels[error.severity]}${error.undecided ? `, ${labels.proposed}` : ""}` : "";
      node.setAttribute("aria-label", `${node.textContent}${state}`);
    });
    gaps.forEach((gap, index) => {
      const [left, right] = [errorAt(index), errorAt(index + 1)];
      const joined = left && left === right;
      gap.dataset.severity = joined ? left.severity : "";
      gap.dataset.undecided = String(Boolean(joined && left.undecided));
      gap.classList.toggle("il-chosen", index >= first && index + 1 <= end);
    });
  };
  const moveTo = (index, extend = false) => {
    at = Math.max(0, Math.min(last(), index));
    if (!extend || at >= count || anchor >= count) anchor = at;
    show_();
    nodes[at].focus({ preventScroll: true });
  };
  const change = (errors) => { set(errors); show_(); };
  const mark = (severity) => { const here = span(); change(here ? markErrors(get(), here.start, here.end, severity) : markMissing(get(), errorAt(at), severity)); };
  const omit = () => { change(markMissing(get(), null, "minor")); moveTo(last() - 1); };
  const undecided = () => nodes.findIndex((_, index) => errorAt(index)?.undecided);
  const toUndecided = () => { const next = undecided(); if (next >= 0) { moveTo(next); takeWhole(); } return next >= 0; };
  // The selection grows to the error that it touches, so that the next key is about all of it.
  const takeWhole = () => {
    const error = errorAt(at);
    if (!error || isMissing(error)) return;
    const touched = places.map((place, index) => (touches(error, place.start, place.end) ? index : -1)).filter((index) => index >= 0);
    [anchor, at] = [touched[touched.length - 1], touched[0]];
    show_();
    nodes[at].focus({ preventScroll: true });
  };
  const remove = () => {
    const here = span(), which = errorAt(at);
    change(here ? withoutErrors(get(), here.start, here.end) : get().filter((error) => error !== which));
    toUndecided();
  };
  const confirm = () => {
    const error = errorAt(at);
    if (!error?.undecided) return false;
    change(confirmed(get(), error));
    toUndecided();
    return true;
  };
  const categorize = (index) => {
    const error = errorAt(at);
    if (!error || !categories[index]) return;
    change(get().map((one) => (one === error ? { ...one, category: categories[index], undecided: false } : one)));
  };

  const forward = () => (getComputedStyle(line).direction === "rtl" ? -1 : 1);
  const KEYS = {
    ArrowRight: (event) => moveTo(at + forward(), event.shiftKey),
    ArrowLeft: (event) => moveTo(at - forward(), event.shiftKey),
    ArrowDown: (event) => moveTo(at + 1, event.shiftKey),
    ArrowUp: (event) => moveTo(at - 1, event.shiftKey),
    Home: (event) => moveTo(0, event.shiftKey),
    End: (event) => moveTo(event.shiftKey ? count - 1 : last(), event.shiftKey),
    Delete: remove, Backspace: remove, Enter: confirm,
    m: () => mark("minor"), j: () => mark("major"), o: omit, s: () => toScore(),
  };
  line.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const key = event.key.length > 1 ? event.key : annotate.letterOf(event);
    if (/^[1-9]$/.test(event.key) && categories.length) categorize(Number(event.key) - 1);
    else if (KEYS[key]) KEYS[key](event);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
  const indexOf = (target) => { const node = target?.closest?.(".il-unit"); return node && line.contains(node) ? Number(node.dataset.index) : -1; };
  let dragging = false;
  line.addEventListener("pointerdown", (event) => {
    const index = indexOf(event.target);
    if (index < 0) return;
    event.preventDefault(); // no selection of the browser's own
    // A finger drags the page: there a touch beside the selection makes it longer.
    const beside = event.pointerType === "touch" && [range()[0] - 1, range()[1] + 1].includes(index) && line.contains(document.activeElement);
    moveTo(index, event.shiftKey || beside);
    dragging = event.pointerType !== "touch";
  });
  line.addEventListener("pointerover", (event) => { if (dragging && indexOf(event.target) >= 0) moveTo(indexOf(event.target), true); });
  document.addEventListener("pointerup", () => { dragging = false; });
  show_();
  return {
    node: line, text, mark, omit, remove, confirm, toUndecided, draw: show_,
    focus: () => { if (!toUndecided()) moveTo(at); },
    show: (error) => { moveTo(isMissing(error) ? count + omissions().indexOf(error) : places.findIndex((place) => touches(error, place.start, place.end))); takeWhole(); },
    isNarrowed: () => anchor !== at,
    narrow: () => moveTo(at),
  };
};
