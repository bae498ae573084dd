// While a sentence is on its way, the correction of the one before it stands still: a letter typed then would be
// overwritten, and a save would put it to the wrong sentence.
const holdCorrection = (held) => {
  for (const box of document.querySelectorAll("#correct-card textarea")) box.readOnly = held;
  for (const button of document.querySelectorAll("#correct-card .actions button")) button.disabled = held;
};
const hold = () => holdCorrection(true);
// Two frames later: the new texts are in their boxes by then.
const release = () => requestAnimationFrame(() => requestAnimationFrame(() => holdCorrection(false)));
window.interlinear = { ...window.interlinear, hold, release };
