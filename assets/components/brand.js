// The name, what it does, and the same page in the other languages: plain links, which take along what is in the address.
const YEAR_S = 365 * 24 * 3600;
const other = ({ code, lang, name, href }) => {
  const link = h("a", { class: "il-language", href, lang, hreflang: lang, text: name, "data-testid": `language-${code}` });
  const typed = () => document.querySelector("#source-text textarea")?.value.trim();
  // A link in the address opens its own text, so it goes where another was typed since.
  const isPassed = () => new URLSearchParams(location.search).has("t") && typed() && typed() !== window.interlinear.lab?.page?.whole.source;
  const aim = () => { link.setAttribute("href", href + (isPassed() ? "" : location.search) + location.hash); };
  const choose = () => {
    aim();
    document.cookie = `language=${code}; path=/; max-age=${YEAR_S}; SameSite=Lax`;
    if (typed()) sessionStorage.setItem("interlinear.typed", typed());
  };
  // auxclick: the middle button, which opens a tab.
  for (const name of ["click", "auxclick"]) link.addEventListener(name, choose);
  for (const name of ["pointerenter", "focus"]) link.addEventListener(name, aim);
  return link;
};
show(
  h("span", { class: "il-mark", "aria-hidden": "true" }, h("i"), h("i"), h("i")),
  h("h1", { text: labels.name }),
  h("p", { text: labels.tagline }),
  ...(props.languages || []).map(other),
);
