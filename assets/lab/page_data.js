// Receives the page data from Python and gives it to all views. Draws nothing.
onValue(() => { if (props.value?.schema) window.interlinear.lab.show(props.value); });
