// The journal, live: newest exchange on top, filtered by the query of the page's address.

import { $, attempt, badge, chosen, clockTime, counted, el, pageAddress, showError, watch } from "./control_api.js";
import { offerOperations } from "./operations.js";

/** The largest number of rows. */
const MOST = 300;

const form = $("#filters");
const rows = $("#journal tbody");
const pauseButton = $("#pause");
const verdicts = { valid: { valid: true }, invalid: { valid: false }, deprecated: { deprecated: true } };
let controller = new AbortController();
let last = null;
let seen = { all: 0, invalid: 0 };
let summaryTimer = null;

for (const [name, value] of new URLSearchParams(location.search)) {
  if (form.elements[name]) form.elements[name].value = value;
}

/** The query of watchRequests for the fields. */
function filters() {
  const { verdict, ...fields } = Object.fromEntries([...new FormData(form)].filter(([, value]) => value.trim()));
  return { recent: MOST, everywhere: !chosen, ...fields, ...verdicts[verdict] };
}

function verdictBadge({ violations, warnings, deprecated }) {
  if (violations.length) return badge(counted(violations.length, "violation"), "bad");
  if (warnings.length) return badge(`${warnings.length} unknown`, "care");
  return deprecated ? badge("deprecated", "care") : badge("valid", "good");
}

const statusBadge = (status) =>
  badge(status || "none", status >= 500 || !status ? "bad" : status >= 400 ? "care" : "good");

function row(exchange) {
  const { request, response } = exchange;
  const address = pageAddress("exchange", { namespace: exchange.namespace, number: exchange.number });
  const path = exchange.origin + request.path + (request.query && `?${request.query}`);
  const method = el("span", { className: `method ${request.method.toLowerCase()}`, textContent: request.method });
  const outgoing = exchange.direction === "outgoing" ? [badge("outgoing"), " "] : [];
  const cells = {
    Time: el("a", { href: address }, clockTime(exchange.at)),
    Namespace: el("code", { textContent: exchange.namespace }),
    API: exchange.api || "–",
    Operation: exchange.operation || "–",
    Request: el("span", {}, ...outgoing, method, " ", el("span", { className: "path", textContent: path })),
    Status: statusBadge(response.status),
    Verdict: exchange.error ? badge(exchange.attempts ? "failed" : "not sent", "care") : verdictBadge(exchange),
    ms: (exchange.took_us / 1000).toFixed(1),
    Fault: exchange.fault ? badge(`fault ${exchange.fault}`, "care") : exchange.schedule ? badge(`scheduled ${exchange.schedule}`) : "",
  };
  return el("tr", { "data-number": exchange.number }, ...Object.entries(cells).map(([head, cell]) =>
    el("td", { className: `cell-${head.toLowerCase()}` }, cell)));
}

function show(exchange) {
  if (last !== null && exchange.number <= last) empty();  // the server was restarted
  last = exchange.number;
  rows.prepend(row(exchange));
  if (rows.rows.length > MOST) rows.deleteRow(-1);
  seen.all += 1;
  seen.invalid += exchange.violations.length > 0;
  summarize();
}

function empty() {
  rows.replaceChildren();
  last = null;
  seen = { all: 0, invalid: 0 };
}

/** Show the counts, delayed: a screen reader reads every change. */
function summarize(state = "") {
  clearTimeout(summaryTimer);
  summaryTimer = setTimeout(() => {
    const counts = `${counted(seen.all, "exchange")}, ${seen.invalid} with violations`;
    const text = [state || (controller.signal.aborted ? "Paused" : "Live"), counts].join(": ");
    if ($("#summary").textContent !== text) $("#summary").textContent = text;
  }, 150);
}

async function run() {
  controller = new AbortController();
  const { signal } = controller;
  summarize();
  try {
    await watch(filters(), (exchange) => signal.aborted || show(exchange), {
      signal, last, onConnection: (connected) => summarize(connected ? "" : "The stand-in does not respond"),
    });
  } catch (error) {
    if (signal.aborted) return;
    stop("Stopped");
    showError(error);
  }
}

function stop(state = "") {
  controller.abort();
  summarize(state);
}

form.elements.operation.addEventListener("focus", () => attempt(offerOperations), { once: true });

let inputTimer = null;
form.addEventListener("input", () => {
  clearTimeout(inputTimer);
  inputTimer = setTimeout(restart, 250);
});
form.addEventListener("submit", (event) => {
  event.preventDefault();
  restart();
});

/** Start anew with the filters of the form, and put them into the page's address. */
function restart() {
  clearTimeout(inputTimer);
  const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value.trim()));
  if (chosen && $("#namespace")) query.set("namespace", chosen);
  history.replaceState(null, "", `?${query}`);
  stop();
  showError(null);
  empty();
  if (pauseButton.getAttribute("aria-pressed") === "false") run();
}

pauseButton.addEventListener("click", () => {
  const paused = pauseButton.getAttribute("aria-pressed") === "false";
  pauseButton.setAttribute("aria-pressed", paused);
  if (paused) stop();
  else run();
});

document.addEventListener("visibilitychange", () => {
  if (document.hidden) stop();
  else if (pauseButton.getAttribute("aria-pressed") === "false") run();
});

document.addEventListener("keydown", (event) => {
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (event.ctrlKey || event.metaKey || event.altKey || /^(input|select|textarea)$/i.test(event.target.tagName)) return;
  if (event.key === "p") pauseButton.click();
  if (!step) return;
  const links = [...rows.querySelectorAll("td.cell-time a")];
  const at = links.indexOf(document.activeElement);
  (at < 0 ? links[0] : links[at + step])?.focus();
  event.preventDefault();
});

run();
