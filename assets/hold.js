// While a sentence is on its way, the correction of the one before it stands still: a letter typed then would be
// overwritten, and a save would put it to the wrong sentence.
const holdCorrection = (held) => {
  for (const box of document.querySelectorAll("#correct-card textarea")) box.readOnly = held;
  for (const button of document.querySelectorAll("#correct-card .actions button")) button.disabled = held;
};
// Requests of which the newest overtakes the others are counted: each of them is released, the overtaken ones first.
let waiting = 0;
let latest = 0;
const hold = (counted) => { waiting += counted; latest += 1; holdCorrection(true); };
// Two frames later: the new texts are in their boxes by then, and an event that was put off has begun.
const release = (counted) => {
  waiting -= counted;
  const last = latest;
  requestAnimationFrame(() => requestAnimationFrame(() => { if (!waiting && last === latest) holdCorrection(false); }));
};
window.interlinear = { ...window.interlinear, hold, release };
