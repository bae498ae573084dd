// Asks Python: each kind of question is an event of its own, its value the detail.
const send = (detail, go) => { props.value = detail; go(); };
Object.assign(window.interlinear.annotate.ask, {
  start: (detail) => send(detail, () => trigger("start")),
  answer: (detail) => send(detail, () => trigger("answer")),
  skip: (detail) => send(detail, () => trigger("skip")),
  flag: (detail) => send(detail, () => trigger("report")),
  keep: (detail) => send(detail, () => trigger("keep")),
  leave: (detail) => send(detail, () => trigger("leave")),
  back: (detail) => send(detail, () => trigger("back")),
  open: (detail) => send(detail, () => trigger("open")),
  revise: (detail) => send(detail, () => trigger("revise")),
});
