// Ctrl+Enter or Command+Enter does the main thing of the card one is in.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  const card = event.target.closest("#correct-card, #editor-card");
  const name = card ? { "correct-card": "save", "editor-card": "save-revision" }[card.id] : "translate";
  const button = document.getElementById(name);
  if (!button || button.offsetParent === null) return;
  event.preventDefault();
  button.click();
});
