// Contract coverage of the namespace, live.

import { $, attempt, badge, chosen, counted, el, fill, request, root } from "./control_api.js";
import { live } from "./live.js";
import { saveFile } from "./save_file.js";

const form = $("#filters");
const filter = form.elements;
/** The last answer of the control API, as text and as data. */
let shown = "";
let coverage = null;
/** The operations whose details are open. */
const open = new Set();

const touched = (counts) => Object.values(counts).filter(Boolean).length;

/** How many parts of an operation were touched, and how many it has, by kind. */
const partsOf = ({ calls, statuses, parameters, fields }) => ({
  operations: [calls ? 1 : 0, 1],
  statuses: [touched(statuses), Object.keys(statuses).length],
  parameters: [touched(parameters), Object.keys(parameters).length],
  fields: [fields.covered, fields.of],
});

function sum(operations) {
  const totals = { operations: [0, 0], statuses: [0, 0], parameters: [0, 0], fields: [0, 0] };
  for (const [kind, [covered, of]] of operations.flatMap((operation) => Object.entries(partsOf(operation)))) {
    totals[kind][0] += covered;
    totals[kind][1] += of;
  }
  return totals;
}

const ratio = ([covered, of]) => `${covered} of ${of}`;
const bar = ([covered, of], label) => el("meter", { max: of || 1, value: covered, "aria-label": `${label}: ${ratio([covered, of])}` });

function showTotals(operations) {
  $("#totals").replaceChildren(...Object.entries(sum(operations)).map(([kind, part]) =>
    el("div", {}, el("dt", { textContent: kind }), el("dd", {}, ratio(part), el("br"), bar(part, kind)))));
}

const tagsOf = ({ tags }) => (tags.length ? tags : ["no tag"]);

function showTags(operations) {
  const names = [...new Set(operations.flatMap(tagsOf))];
  const rows = names.map((name) => {
    const totals = sum(operations.filter((operation) => tagsOf(operation).includes(name)));
    return [name, el("span", { className: "together" }, bar(totals.operations, `operations of ${name}`), ` ${ratio(totals.operations)}`), ...["statuses", "parameters", "fields"].map((kind) => ratio(totals[kind]))];
  });
  fill($("#tags"), ["Tag", "Operations", "Statuses", "Parameters", "Fields"], rows, "No operations.");
  const { value } = filter.tag;
  filter.tag.replaceChildren(el("option", { value: "", textContent: "any" }), ...names.map((name) => el("option", { textContent: name })));
  filter.tag.value = names.includes(value) ? value : "";
}

const isWhole = (operation) => Object.values(partsOf(operation)).every(([covered, of]) => covered === of);
const kinds = {
  "": () => true,
  uncalled: ({ calls }) => !calls,
  partly: (operation) => operation.calls > 0 && !isWhole(operation),
};

function isWanted(operation) {
  const text = filter.text.value.trim().toLowerCase();
  return kinds[filter.show.value](operation)
    && (!filter.tag.value || tagsOf(operation).includes(filter.tag.value))
    && [operation.operation, operation.path].some((name) => name.toLowerCase().includes(text));
}

const named = (part, noun) => (part[1] ? `${ratio(part)} ${noun}` : `no ${noun}`);
const together = (textContent, className = "") => el("span", { className: `together ${className}`, textContent });

const counts = (values) => Object.entries(values).map(([name, count]) =>
  badge(count ? `${name} ✓` : name, count ? "good" : ""));

function operationRow(operation) {
  const page = `${root}/_understudy/reference/${encodeURIComponent(filter.api.value)}/?${new URLSearchParams({ operation: operation.operation })}`;
  const unknown = Object.keys(operation.undocumented_statuses).map((status) => badge(`${status} is not documented`, "bad"));
  return [
    el("div", {}, el("a", { href: page, id: `link-${operation.operation}` }, el("code", { textContent: operation.operation })),
      el("div", { className: "small" }, el("span", { className: `method ${operation.method.toLowerCase()}`, textContent: operation.method }), ` ${operation.path}`)),
    together(operation.calls ? counted(operation.calls, "call") : "not called", operation.calls ? "" : "uncalled"),
    el("span", {}, ...counts(operation.statuses), ...unknown),
    together(named(partsOf(operation).parameters, "parameters")),
    el("div", {}, named(partsOf(operation).fields, "fields"), operation.calls && !isWhole(operation) ? gapsOf(operation) : null),
  ];
}

/** What was not touched of an operation, asked for when it is opened. */
function gapsOf({ operation }) {
  const details = el("details", { open: open.has(operation) }, el("summary", { id: `gaps-${operation}`, textContent: "Not touched" }));
  details.addEventListener("toggle", () => {
    open[details.open ? "add" : "delete"](operation);
    if (details.open) attempt(() => showGaps(details, operation));
  });
  return details;
}

async function showGaps(details, operation) {
  const query = new URLSearchParams({ api: filter.api.value, operation });
  const [api] = (await request("GET", `/coverage?${query}`)).apis;
  details.querySelector("div")?.remove();
  details.append(el("div", { className: "small" }, ...Object.entries(api.operations[0].untouched).map(([kind, names]) =>
    el("p", {}, `${kind}: `, ...names.flatMap((name) => [el("code", { textContent: name }), " "])))));
}

function showOutside({ outside, notes }) {
  const list = (title, values) => Object.keys(values).length
    ? [el("h2", { textContent: title }), el("ul", {}, ...Object.entries(values).map(([name, count]) => el("li", {}, el("code", { textContent: name }), ` (${count})`)))] : [];
  $("#outside").replaceChildren(...list("Requests that no document has", outside), ...list("Not counted", notes));
}

function show() {
  const api = coverage.apis.find(({ api: name }) => name === filter.api.value);
  const operations = api?.operations ?? [];
  showTotals(operations);
  showTags(operations);
  const rows = operations.filter(isWanted);
  const focused = document.activeElement?.id;
  fill($("#operations-covered"), ["Operation", "Calls", "Statuses", "Parameters", "Fields"], rows.map(operationRow), "No operation fits.");
  if (focused) document.getElementById(focused)?.focus();  // its element was replaced
  const dropped = coverage.removed ? `; ${coverage.removed} older ones are no longer in the journal, and do not count` : "";
  const text = `${rows.length} of ${counted(operations.length, "operation")}. The journal has ${counted(coverage.seen - coverage.removed, "exchange")}${dropped}.`;
  if ($("#summary").textContent !== text) $("#summary").textContent = text;
  showOutside(coverage);
}

/** Fill the choice of APIs: the one with most requests is chosen first, unless the address names one. */
function chooseApi() {
  if (filter.api.options.length) return;
  filter.api.append(...coverage.apis.map(({ api }) => el("option", { textContent: api })));
  const most = [...coverage.apis].sort((a, b) => b.calls - a.calls)[0];
  const wanted = new URLSearchParams(location.search).get("api");
  filter.api.value = coverage.apis.some(({ api }) => api === wanted) ? wanted : most?.api ?? "";
}

async function refresh() {
  const text = await request("GET", "/coverage", undefined, { asText: true });
  if (text === shown) return;
  shown = text;
  coverage = JSON.parse(text);
  chooseApi();
  show();
}

async function download(format) {
  const text = await request("GET", `/coverage/${format}`, undefined, { asText: true });
  saveFile(`coverage-${chosen || "default"}.${format}`, text, format === "html" ? "text/html" : undefined);
}

form.addEventListener("input", () => coverage && show());
form.addEventListener("submit", (event) => event.preventDefault());
for (const button of document.querySelectorAll("[data-report]")) {
  button.addEventListener("click", () => attempt(() => download(button.dataset.report)));
}
live(refresh, { keepsFocus: true });
