// Searches the reference: a combobox over an index that is loaded at first use. The ranking is that
// of search.py, which browsers without scripts use.
"use strict";
(() => {
  const field = document.getElementById("search");
  if (!field) return;
  const home = new URL(field.form.action, location.href);
  const list = document.createElement("ul");
  list.id = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "Found");
  field.closest(".search").append(list);
  field.form.querySelector("button").hidden = true;  // results are shown at once
  const attributes = { role: "combobox", "aria-controls": "found", "aria-expanded": "false",
                       "aria-autocomplete": "list" };
  for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);

  let index = null, loading = null, active = -1;

  function load() {
    loading ??= (location.protocol === "file:" ? script() : fetch(field.dataset.index).then(a => a.json()))
      .then(loaded => { index = prepared(loaded); show(); });
    return loading;
  }
  function script() {  // pages that are files can load scripts but not JSON
    return new Promise(done => {
      const tag = document.createElement("script");
      tag.src = field.dataset.script;
      tag.onload = () => done(window.understudyIndex);
      document.head.append(tag);
    });
  }
  const prepared = loaded => loaded.entries.map(([kind, title, detail, page]) => ({
    kind, title, detail, page, weight: loaded.weights[kind], lower: title.toLowerCase(),
    about: detail.toLowerCase(),
    words: (title.match(/[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[0-9]+/g) ?? []).map(w => w.toLowerCase()),
  }));

  function termScore(term, entry) {
    if (!entry.lower.includes(term)) return entry.about.includes(term) ? 10 : 0;
    if (entry.lower === term) return 100;
    if (entry.lower.startsWith(term)) return 60;
    return entry.words.some(word => word.startsWith(term)) ? 40 : 20;
  }
  function best(query, most = 20) {
    const terms = query.toLowerCase().split(/\s+/).filter(Boolean);
    if (!terms.length) return [];
    const results = [];
    for (const entry of index) {
      const scores = terms.map(term => termScore(term, entry));
      if (scores.every(Boolean)) results.push([scores.reduce((a, b) => a + b) + entry.weight, entry]);
    }
    results.sort(([a, x], [b, y]) => b - a || x.title.length - y.title.length || (x.title < y.title ? -1 : 1));
    return results.slice(0, most).map(([, entry]) => entry);
  }

  function show() {
    if (!index || document.activeElement !== field) return;
    list.replaceChildren(...best(field.value).map(option));
    list.hidden = !list.childElementCount;
    field.setAttribute("aria-expanded", String(!list.hidden));
    choose(list.hidden ? -1 : 0);
  }
  function option(entry, number) {
    const item = document.createElement("li");
    item.id = `found-${number}`;
    item.setAttribute("role", "option");
    const sort = Object.assign(document.createElement("span"), { className: "sort badge", textContent: entry.kind });
    const detail = Object.assign(document.createElement("div"), { className: "quiet small", textContent: entry.detail });
    item.append(sort, entry.title, detail);
    item.addEventListener("mousedown", event => { event.preventDefault(); go(entry); });
    item.entry = entry;
    return item;
  }
  function choose(number) {
    active = number;
    [...list.children].forEach((item, at) => item.setAttribute("aria-selected", String(at === number)));
    const item = list.children[number];
    item?.scrollIntoView({ block: "nearest" });
    if (item) field.setAttribute("aria-activedescendant", item.id);
    else field.removeAttribute("aria-activedescendant");
  }
  function go(entry) { hide(); location.href = new URL(entry.page, home); }
  function hide() {
    list.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }

  field.addEventListener("focus", load);
  field.addEventListener("input", () => { load(); show(); });
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", event => {
    const count = list.hidden ? 0 : list.childElementCount;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) choose((active + step + count) % count);
    else if (event.key === "Enter" && active >= 0) go(list.children[active].entry);
    else if (event.key === "Escape") list.hidden ? field.blur() : hide();
    else return;
    event.preventDefault();
  });
  document.addEventListener("keydown", event => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  });
})();
