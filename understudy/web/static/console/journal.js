// The journal, live: newest on top, filtered by what stands in the address.

import { $, badge, chosen, clockTime, el, place, say, watch } from "./door.js";

/** Rows that are kept. */
const MOST = 300;

const form = $("#filters");
const rows = $("#journal tbody");
const pause = $("#pause");
const verdicts = { valid: { valid: true }, broken: { valid: false }, deprecated: { deprecated: true } };
let stop = new AbortController();
let last = null;
let seen = { all: 0, broken: 0 };
let told = null;

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]) form.elements[name].value = value;
}

/** What the fields ask for, in the side door's words. */
function wanted() {
  const { verdict, ...given } = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
  return { recent: MOST, everywhere: !chosen, ...given, ...verdicts[verdict] };
}

function verdictOf({ violations, warnings, deprecated }) {
  if (violations.length) return badge(`breaks it in ${violations.length}`, "bad");
  if (warnings.length) return badge(`${warnings.length} unknown`, "care");
  return deprecated ? badge("deprecated", "care") : badge("valid", "good");
}

const statusOf = (status) =>
  badge(status || "none", status >= 500 || !status ? "bad" : status >= 400 ? "care" : "good");

function row(one) {
  const { request, response } = one;
  const link = el("a", { href: place("exchange", { namespace: one.namespace, number: one.number }) }, clockTime(one.at));
  const path = request.path + (request.query && `?${request.query}`);
  const cells = {
    Time: link,
    Namespace: el("code", { textContent: one.namespace }),
    API: one.api || "–",
    Operation: one.operation || "–",
    Request: el("span", {}, el("span", { className: `method ${request.method.toLowerCase()}`, textContent: request.method }), " ", el("span", { className: "path", textContent: path })),
    Status: statusOf(response.status),
    Verdict: verdictOf(one),
    ms: (one.took_us / 1000).toFixed(1),
    Fault: one.fault ? badge(`fault ${one.fault}`, "care") : one.schedule ? badge(`plan ${one.schedule}`) : "",
  };
  return el("tr", { "data-number": one.number }, ...Object.entries(cells).map(([head, cell]) =>
    el("td", { className: `cell-${head.toLowerCase()}` }, cell)));
}

function show(one) {
  if (last !== null && one.number <= last) empty();  // the server has begun again
  last = one.number;
  rows.prepend(row(one));
  if (rows.rows.length > MOST) rows.deleteRow(-1);
  seen.all += 1;
  seen.broken += one.violations.length > 0;
  summarize();
}

function empty() {
  rows.replaceChildren();
  last = null;
  seen = { all: 0, broken: 0 };
}

/** Say how many there are, but not more often than one can listen. */
function summarize(state = "") {
  clearTimeout(told);
  told = setTimeout(() => {
    const count = `${seen.all} ${seen.all === 1 ? "exchange" : "exchanges"}, ${seen.broken} against the contract`;
    const text = [state || (stop.signal.aborted ? "Paused" : "Live"), count].join(": ");
    if ($("#summary").textContent !== text) $("#summary").textContent = text;
  }, 150);
}

async function run() {
  stop = new AbortController();
  const { signal } = stop;
  summarize();
  try {
    await watch(wanted(), (one) => signal.aborted || show(one), {
      signal, last, lost: (is) => summarize(is && "The stand-in does not answer"),
    });
  } catch (error) {
    if (!signal.aborted) say(error);
  }
}

function halt() {
  stop.abort();
  summarize();
}

let typed = null;
form.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(begin, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  begin();
});

/** Begin again with other filters, which the address keeps. */
function begin() {
  clearTimeout(typed);
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  if (chosen && $("#namespace")) query.set("namespace", chosen);
  history.replaceState(null, "", `?${query}`);
  halt();
  say(null);
  empty();
  if (pause.getAttribute("aria-pressed") === "false") run();
}

pause.addEventListener("click", () => {
  const paused = pause.getAttribute("aria-pressed") === "false";
  pause.setAttribute("aria-pressed", paused);
  if (paused) halt();
  else run();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) halt();
  else if (pause.getAttribute("aria-pressed") === "false") run();
});

document.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
  if (event.key === "p") pause.click();
  if (!step) return;
  const links = [...rows.querySelectorAll("td.cell-time a")];
  const at = links.indexOf(document.activeElement);
  (at < 0 ? links[0] : links[at + step])?.focus();
  event.preventDefault();
});

run();
