// Shows the rows that fit the search and the filters.
const search = document.getElementById("search");
const filters = [...document.querySelectorAll("[data-filter]")];
const rows = [...document.querySelectorAll("[data-row]")];
const counter = document.getElementById("shown");
function show() {
  const wanted = search.value.toLowerCase();
  const fits = (row) => filters.every(({ value, dataset }) =>
    !value || !(dataset.filter in row.dataset) || row.dataset[dataset.filter].split(" ").includes(value));
  for (const row of rows)
    row.hidden = !fits(row) || !row.textContent.toLowerCase().includes(wanted);
  const shown = rows.filter((row) => !row.hidden).length;
  counter.textContent = shown === rows.length ? "" : `${shown} of ${rows.length} shown`;
}
for (const input of [search, ...filters]) input.addEventListener("input", show);
show();
