// Makes tabs of the code samples of a page, and remembers the language that was chosen.
// The tabs follow the ARIA Authoring Practices: arrow keys, Home and End move and choose.
import { el } from "./elements.js";

const STORED = "understudy-sample";

/** Return the id and the language that were chosen last, or nothing; some browsers allow no storage. */
function stored() {
  try { return JSON.parse(localStorage.getItem(STORED)) ?? {}; } catch { return {}; }
}
function store(panel) {
  try {
    localStorage.setItem(STORED, JSON.stringify({ id: panel.dataset.sample, language: panel.dataset.language }));
  } catch { /* the choice is for this page only */ }
}

/** Return the panel to show first: the one that was chosen, or one of the same language. */
function preferred(panels) {
  const { id, language } = stored();
  return panels.find(panel => panel.dataset.sample === id)
    ?? panels.find(panel => panel.dataset.language === language) ?? panels[0];
}

/** Return a tab for a <details>, which becomes a panel. */
function tabOf(details) {
  const panel = el("div", { role: "tabpanel", id: `sample-${details.dataset.sample}` });
  Object.assign(panel.dataset, details.dataset);
  const title = details.querySelector("summary").textContent;
  const tab = el("button", { type: "button", role: "tab", id: `${panel.id}-tab` }, title);
  panel.append(...[...details.children].slice(1));
  tab.setAttribute("aria-controls", panel.id);
  panel.setAttribute("aria-labelledby", tab.id);
  details.replaceWith(panel);
  return { tab, panel };
}

function choose(entries, chosen) {
  for (const { tab, panel } of entries) {
    const isChosen = panel === chosen;
    tab.setAttribute("aria-selected", String(isChosen));
    tab.tabIndex = isChosen ? 0 : -1;
    panel.hidden = !isChosen;
  }
}

/** Return the number of the tab that a key leads to, or undefined. */
function target(key, number, count) {
  return { ArrowRight: (number + 1) % count, ArrowLeft: (number + count - 1) % count, Home: 0, End: count - 1 }[key];
}

for (const box of document.querySelectorAll("[data-samples]")) {
  const entries = [...box.querySelectorAll("details[data-sample]")].map(tabOf);
  const list = el("div", { role: "tablist" }, ...entries.map(entry => entry.tab));
  list.setAttribute("aria-label", "Language");
  entries.forEach(({ tab, panel }, number) => {
    tab.addEventListener("click", () => { choose(entries, panel); store(panel); });
    tab.addEventListener("keydown", event => {
      const next = entries[target(event.key, number, entries.length)];
      if (!next) return;
      event.preventDefault();
      next.tab.focus();
      next.tab.click();
    });
  });
  choose(entries, preferred(entries.map(entry => entry.panel)));
  box.prepend(list);
}
