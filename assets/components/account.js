// value: {name, role}. Leaving is a form, since a link alone must change nothing.
const { mine, me, logout } = props.links || {};
onValue(() => {
  const { name } = props.value || {};
  if (!name) return show();
  show(h("nav", { class: "il-account-bar", "aria-label": labels.account },
    h("a", { href: mine, text: labels.work, "data-testid": "my-work" }),
    h("a", { href: me, text: name, title: labels.account, "data-testid": "my-account" }),
    h("form", { method: "post", action: logout }, h("button", { class: "il-quiet", text: labels.log_out, "data-testid": "log-out" }))));
});
