// The name, and below it what it does.
show(h("span", { class: "il-mark", "aria-hidden": "true" }, h("i"), h("i"), h("i")), h("h1", { text: labels.name }), h("p", { text: labels.tagline }));
