// Asks what was changed so far, {slot, machine, text}, and hands on the answer, {slot, edits, hter, changed}. A part of its
// own: of fast typing the last text is asked for once the one before it is answered, and is read from here then.
window.interlinear.annotate.ask.diff = (detail) => { props.value = detail; trigger("diff"); };
watch("value", () => { if (props.value?.edits) window.interlinear.annotate.edits(props.value); });
