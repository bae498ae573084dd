// Sends a file of texts to the HTTP API and tells how it goes; bad rows are listed by their line.
// value: id of the project, its languages, may_change. One file at a time, whichever project is open.
const ENDINGS = ".txt,.csv,.tsv,.jsonl,.tmx";
const SHOWN = 200;
let run = null; // {project, name, phase, done, total, bad: [{line, words}], request, end}

const api = (query) => `${props.api}/projects/${encodeURIComponent(run.project)}/files?${new URLSearchParams(query)}`;
const hear = ({ read, translated, refused, report, error }) => {
  if (read) Object.assign(run, { phase: "reading", ...read });
  if (translated) Object.assign(run, { phase: "translating", ...translated });
  if (refused) run.bad.push(refused);
  if (report) run.end = { kind: "done", text: say(report.present ? labels.done_present : labels.done, { name: run.name, ...report }) };
  if (error) run.end = { kind: "error", text: error.message };
};
const listen = (request) => {
  let heard = 0;
  return () => {
    const end = request.responseText.lastIndexOf("\n") + 1;
    request.responseText.slice(heard, end).split("\n").filter(Boolean).forEach((line) => hear(JSON.parse(line)));
    heard = end;
    draw();
  };
};
const finish = (end) => {
  run.end ||= end;
  run.request = null;
  draw();
  if (run.project === props.value?.id) document.dispatchEvent(new Event("interlinear:project-grew"));
};
const refusal = (request) => {
  try { return JSON.parse(request.responseText).error.message; } catch { return labels.broken; }
};
const send = (file, models) => {
  const request = new XMLHttpRequest();
  run = { project: props.value.id, name: file.name, phase: "sending", done: 0, total: file.size, bad: [], request, end: null };
  request.open("POST", api({ name: file.name, ...models }));
  request.setRequestHeader("content-type", "application/octet-stream");
  request.upload.onprogress = ({ loaded, total }) => { Object.assign(run, { done: loaded, total }); draw(); };
  const hearMore = listen(request);
  request.onprogress = () => { if (request.status === 200) hearMore(); };
  request.onload = () => {
    if (request.status === 200) hearMore();
    finish({ kind: "error", text: request.status === 200 ? labels.broken : refusal(request) });
  };
  request.onerror = () => finish({ kind: "error", text: labels.broken });
  request.onabort = () => finish({ kind: "warning", text: labels.cancelled });
  request.send(file);
  draw();
};

const select = (name, first, choices) => h("label", { class: "il-field" }, h("span", { text: labels[name] }),
  h("span", { class: "il-select" }, h("select", { name, "data-testid": `import-${name}` }, first && h("option", { value: "", text: first }), ...choices.map((text) => h("option", { value: text, text })))));
const chooser = () => {
  const { source_language, target_language } = props.value;
  const able = (props.models || []).filter(([, directions]) => directions.some(([from, to]) => from === source_language && to === target_language)).map(([name]) => name);
  const file = h("input", { type: "file", accept: ENDINGS, class: "il-file", "data-testid": "import-file" });
  const ways = able.length ? h("div", { class: "il-ways" }, select("model", "", able), select("second", labels.search, able)) : null;
  file.addEventListener("change", () => {
    if (!file.files.length) return;
    const chosen = (name) => ways?.querySelector(`[name=${name}]`)?.value;
    const models = { ...(chosen("model") && { model: chosen("model") }), ...(chosen("second") && { second_model: chosen("second") }) };
    send(file.files[0], models);
  });
  return h("div", { class: "il-import" }, ways, h("label", { class: "il-quiet il-tall il-choose" }, file, h("span", { text: labels.choose })));
};
const percent = () => (run.total ? Math.min(100, Math.round((100 * run.done) / run.total)) : 100);
const progress = () => h("div", { class: "il-progress" },
  h("span", { role: "status", text: say(labels[run.phase], { name: run.name, percent: percent(), done: run.done, total: run.total }) }),
  h("button", { type: "button", class: "il-quiet", text: labels.cancel, "data-testid": "cancel-import", onclick: () => run.request.abort() }),
  h("div", { class: "il-meter il-meter-wide", role: "progressbar", "aria-valuenow": percent(), vars: { "--share": percent() / 100 } }));
const badRows = () => {
  const { bad } = run;
  const list = bad.slice(0, SHOWN).map(({ line, words }) => h("li", { "data-testid": "bad-row" }, h("b", { text: say(labels.line, { line }) }), h("span", { text: words, lang: "en" })));
  return h("div", { class: "il-bad" },
    h("div", { class: "il-bad-head" }, h("span", { text: bad.length === 1 ? labels.refused_one : say(labels.refused, { count: bad.length }) }),
      copyButton(() => bad.map(({ line, words }) => `${line}\t${words}`).join("\n"))),
    h("ol", { tabindex: 0, "aria-label": labels.refused_one }, ...list, bad.length > SHOWN && h("li", { text: say(labels.more, { count: bad.length - SHOWN }) })));
};
const draw = () => {
  const { id, may_change } = props.value || {};
  if (!id || !may_change) return show();
  const ours = run && run.project === id;
  show(
    h("h3", { text: labels.title }),
    h("p", { class: "il-told", text: labels.hint }),
    run?.request ? progress() : chooser(),
    ours && run.end && h("p", { class: "il-end", "data-kind": run.end.kind, role: "status", "data-testid": "import-end", text: run.end.text }),
    ours && run.bad.length && badRows(),
    ours && run.end && h("p", { class: "il-told", text: labels.again }),
  );
};
onValue(draw);
