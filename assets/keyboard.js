// Ctrl+Enter or Command+Enter does the main thing of the card one is in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const card = event.target.closest("#correct-card, #editor-card, #lab-own");
  const name = card ? { "correct-card": "save", "editor-card": "save-revision", "lab-own": "own-go" }[card.id] : "translate";
  const button = document.getElementById(name);
  if (!button || button.offsetParent === null) return;
  event.preventDefault();
  button.click();
});

// A question mark shows the keys, except where it is being written. Chinese keyboards have a wide one.
document.addEventListener("keydown", (event) => {
  if (!["?", "？"].includes(event.key) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  event.preventDefault();
  document.querySelector("[data-testid=show-keys]")?.click();
});

// Undo and redo of the lab, except where something is being written: there they are the browser's, which elsewhere would take back
// what was typed last, wherever that was.
document.addEventListener("keydown", (event) => {
  const key = event.key.toLowerCase();
  if (!["z", "y"].includes(key) || !(event.ctrlKey || event.metaKey) || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable], dialog")) return;
  const button = document.querySelector(`#gloss [data-testid=${key === "y" || event.shiftKey ? "redo" : "undo"}]`);
  if (!button || button.offsetParent === null) return;
  event.preventDefault();
  button.click();
});
