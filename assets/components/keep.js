// Whether words chosen in the lab are kept. Its value: { keep }. Off at each visit, until the person says so.
const toggle = h("input", { type: "checkbox", role: "switch", "data-testid": "keep-choices" });
toggle.addEventListener("change", () => update({ keep: toggle.checked }));
show(h("label", { class: "il-toggle", title: labels.hint }, toggle, h("span", { text: labels.keep })));
