// The page with all results of a search; the query is in the page's address.
"use strict";
(async () => {
  const { load, el, content } = window.understudySearch;
  const [MOST, MOST_PLACES] = [50, 10];  // results of a kind; operations of a name
  const query = (new URLSearchParams(location.search).get("q") ?? "").trim();
  const field = document.getElementById("search");
  const home = new URL(field.form.action, location.href);
  const status = document.querySelector("[data-found]");
  field.value = query;
  if (!query) return;

  function words({ count, similar, partial }) {
    if (partial && count) return `Nothing has all words of “${query}”. With most of them:`;
    if (!count) return `Nothing found for “${query}”.`;
    return similar ? `Nothing is exactly “${query}”. Similar:` : `${count} found for “${query}”.`;
  }
  function section({ heading, results }) {
    const items = results.map(result => el("li", {}, el("a", { href: new URL(result.link, home).href }, ...content(result))));
    return el("section", {}, el("h2", {}, heading), el("ul", { className: "results" }, ...items));
  }
  function instead(suggestion) {
    const link = el("a", { href: `${home}?q=${encodeURIComponent(suggestion)}` }, suggestion);
    return el("p", {}, "Search for ", link, " instead.");
  }

  status.textContent = "Searching…";
  try {
    const search = await load(field.dataset);
    const found = search(query, MOST, MOST_PLACES);
    status.textContent = words(found);
    status.after(...found.groups.map(section), ...(found.suggestion ? [instead(found.suggestion)] : []));
  } catch (error) {
    status.textContent = error.message;
  }
})();
