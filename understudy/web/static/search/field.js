// The search field: a combobox, whose list is filled while one types.
"use strict";
(() => {
  const { load, el, content } = window.understudySearch;
  const field = document.getElementById("search");
  const home = new URL(field.form.action, location.href);
  const MOST = 5;  // results of a kind

  const status = el("p", { className: "quiet small", role: "status" });
  const list = el("div", { id: "found", role: "listbox", "aria-label": "Found" });
  const popup = el("div", { className: "found", hidden: true }, status, list);
  let search = null, active = -1;

  /** Make the field a combobox; without scripts it is a form. */
  function prepare() {
    const attributes = { role: "combobox", "aria-controls": "found", "aria-expanded": "false", "aria-autocomplete": "list" };
    for (const [name, value] of Object.entries(attributes)) field.setAttribute(name, value);
    field.form.querySelector("button").hidden = true;  // results are shown at once
    field.closest(".search").append(popup);
  }

  function begin() {
    if (search) return show();
    if (field.value.trim()) say("Loading…");
    load(field.dataset).then(loaded => { search = loaded; show(); }, error => say(error.message));
    return undefined;
  }

  function show() {
    if (!search || document.activeElement !== field) return;
    if (!field.value.trim()) { hide(); return; }
    const found = search(field.value, MOST);
    const groups = found.groups.map(({ heading, results }, at) => group(heading, at, results.map(option)));
    if (found.suggestion) groups.push(group("Instead", "none", [instead(found.suggestion)]));
    if (found.count > 1) groups.push(group("More", "more", [everything(found.count)]));
    list.replaceChildren(...groups);
    list.hidden = !groups.length;
    options().forEach((item, at) => { item.id = `found-${at}`; });
    say(words(found));
    field.setAttribute("aria-expanded", String(!list.hidden));
    choose(list.hidden ? -1 : 0);
  }
  function say(text) {
    status.textContent = text;
    popup.hidden = false;
  }
  function words({ count, similar, partial }) {
    if (partial && count) return `Nothing has all words of “${field.value.trim()}”. With most of them:`;
    if (!count) return `Nothing found for “${field.value.trim()}”.`;
    return similar ? `Nothing is exactly “${field.value.trim()}”. Similar:` : `${count} found`;
  }

  function group(heading, id, items) {
    const title = el("div", { id: `found-group-${id}`, className: "heading", role: "presentation" }, heading);
    return el("div", { role: "group", "aria-labelledby": title.id }, title, ...items);
  }
  function option(result) {
    return link(new URL(result.link, home).href, ...content(result));
  }
  function link(href, ...children) {
    const item = el("a", { role: "option", tabIndex: -1, href, "aria-selected": "false" }, ...children);
    item.addEventListener("mousedown", event => event.preventDefault());  // the field keeps the focus
    item.addEventListener("click", leave);
    return item;
  }
  function everything(count) {
    return link(`${home}?q=${encodeURIComponent(field.value.trim())}`, `All ${count} results`);
  }
  function instead(suggestion) {
    const item = el("div", { role: "option", "aria-selected": "false" }, "Search for ", el("mark", { className: "match" }, suggestion));
    item.addEventListener("mousedown", event => event.preventDefault());
    item.addEventListener("click", () => { field.value = suggestion; show(); });
    return item;
  }

  const options = () => [...list.querySelectorAll("[role=option]")];
  function choose(number) {
    active = number;
    const items = options();
    items.forEach((item, at) => item.setAttribute("aria-selected", String(at === number)));
    items[number]?.scrollIntoView({ block: "nearest" });
    if (number === 0) popup.scrollTop = 0;  // the first one's heading, too
    if (items[number]) field.setAttribute("aria-activedescendant", items[number].id);
    else field.removeAttribute("aria-activedescendant");
  }
  function hide() {
    popup.hidden = true;
    field.setAttribute("aria-expanded", "false");
    choose(-1);
  }
  function leave() {
    hide();
    field.blur();
  }

  function keydown(event) {
    const count = popup.hidden ? 0 : options().length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && count) choose((active + step + count) % count);
    else if (event.key === "Enter" && active >= 0) options()[active].click();
    else if (event.key === "Escape") popup.hidden ? field.blur() : hide();
    else return;
    event.preventDefault();
  }
  function slash(event) {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable]");
    if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    field.focus();
    field.select();
  }

  prepare();
  field.addEventListener("focus", begin);
  field.addEventListener("input", begin);
  field.addEventListener("blur", hide);
  field.addEventListener("keydown", keydown);
  document.addEventListener("keydown", slash);
})();
