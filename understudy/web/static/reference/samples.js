// Makes tabs of the code samples of a page, and remembers the language that was chosen.
// The tabs follow the ARIA Authoring Practices: arrow keys, Home and End move and choose.
"use strict";
(() => {
  const STORED = "understudy-sample";

  /** Return the id and the language that were chosen last, or nothing; some browsers allow no storage. */
  function stored() {
    try { return JSON.parse(localStorage.getItem(STORED)) ?? {}; } catch { return {}; }
  }
  function store({ sample, language }) {
    try { localStorage.setItem(STORED, JSON.stringify({ sample, language })); } catch { /* for this page only */ }
  }

  /** Return the panel to show first: the one that was chosen, or else one of the same language. */
  function preferred(panels) {
    const { sample, language } = stored();
    return panels.find(panel => panel.dataset.sample === sample)
      ?? panels.find(panel => panel.dataset.language === language) ?? panels[0];
  }

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  /** Put a panel in the place of a <details>; return it with its tab. */
  function entryOf(details) {
    const [summary, ...content] = details.children;
    const id = `sample-${details.dataset.sample}`;
    const tab = element("button", { type: "button", role: "tab", id: `${id}-tab`, "aria-controls": id }, summary.textContent);
    const panel = element("div", { role: "tabpanel", id, "aria-labelledby": tab.id }, ...content);
    Object.assign(panel.dataset, details.dataset);
    details.replaceWith(panel);
    return { tab, panel };
  }

  function choose(entries, chosen) {
    for (const { tab, panel } of entries) {
      tab.setAttribute("aria-selected", String(panel === chosen));
      tab.tabIndex = panel === chosen ? 0 : -1;
      panel.hidden = panel !== chosen;
    }
  }

  /** Return the number of the tab that a key leads to, or undefined. */
  function target(key, number, count) {
    return { ArrowRight: (number + 1) % count, ArrowLeft: (number + count - 1) % count, Home: 0, End: count - 1 }[key];
  }

  for (const box of document.querySelectorAll("[data-samples]")) {
    const entries = [...box.querySelectorAll("details[data-sample]")].map(entryOf);
    box.prepend(element("div", { role: "tablist", "aria-label": "Language" }, ...entries.map(entry => entry.tab)));
    entries.forEach(({ tab, panel }, number) => {
      tab.addEventListener("click", () => { choose(entries, panel); store(panel.dataset); });
      tab.addEventListener("keydown", event => {
        const next = entries[target(event.key, number, entries.length)];
        if (!next) return;
        event.preventDefault();
        next.tab.focus();
        next.tab.click();
      });
    });
    choose(entries, preferred(entries.map(entry => entry.panel)));
  }
})();
