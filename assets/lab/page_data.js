// Receives the page data from Python and gives it to all views, then asks what the words of the source are worth.
onValue(() => {
  const { lab } = window.interlinear;
  if (!props.value?.schema) return;
  lab.show(props.value);
  if (props.value.model.architecture) setTimeout(() => lab.ask("weigh", {}), 0);
});
