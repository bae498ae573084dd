// What the parts of the Annotate tab share: drafts in this browser, the time on a text, and the way to Python.
// Runs once, from the head of the page; the parts use `interlinear.annotate`.
(() => {
  const PREFIX = "interlinear.annotate.";
  const MOST_DRAFTS = 50;

  // A draft is kept under its turn until that is answered; of many the oldest goes.
  const stored = () => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX));
  const read = (key) => {
    try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
  };
  const drafts = {
    read: (name) => (name ? read(PREFIX + name) : null),
    write(name, draft) {
      if (!name) return;
      const others = stored().filter((key) => key !== PREFIX + name).sort((one, other) => (read(one)?.at || 0) - (read(other)?.at || 0));
      for (const key of others.slice(0, Math.max(0, others.length - MOST_DRAFTS + 1))) localStorage.removeItem(key);
      // A full or forbidden storage loses the draft at a reload, and nothing else.
      try { localStorage.setItem(PREFIX + name, JSON.stringify({ ...draft, at: Date.now() })); } catch { /* told by the question at leaving */ }
    },
    drop: (name) => { if (name) localStorage.removeItem(PREFIX + name); },
  };

  // Seconds for which a text was looked at: what passes while the page is out of sight does not count.
  const stopwatch = (isSeen) => {
    let spent = 0;
    let last = performance.now();
    const read = () => {
      const now = performance.now();
      if (isSeen()) spent += (now - last) / 1000;
      last = now;
      return spent;
    };
    setInterval(read, 500);
    document.addEventListener("visibilitychange", read);
    return { read, set: (seconds) => { read(); spent = seconds; } };
  };

  // On a Mac, Option writes letters; there the two keys together that other pages use for access keys.
  const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
  const isChord = (event) => (isMac
    ? event.ctrlKey && event.altKey && !event.metaKey
    : event.altKey && !event.ctrlKey && !event.metaKey && !event.getModifierState("AltGraph"));
  // The letter as it is printed on the key; where another script is written, the place of the key.
  const letterOf = (event) => (/^[a-z]$/i.test(event.key) ? event.key : event.code.replace(/^Key/, "")).toLowerCase();

  const once = () => [...crypto.getRandomValues(new Uint32Array(4))].map((number) => number.toString(16)).join("");
  const annotate = {
    drafts, stopwatch, isChord, letterOf, once,
    // Set by the parts.
    ask: {},
    edits() {},
    settled() {},
    back() {},
  };
  window.interlinear = { ...window.interlinear, annotate };
})();
