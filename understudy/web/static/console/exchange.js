// One exchange: request, response, and where either violates the contract.

import { $, attempt, badge, chosen, counted, el, fill, pageAddress, request as send, root } from "./control_api.js";
import { unescapeName } from "../elements.js";
import { marked, plain } from "../marked.js";

const number = new URLSearchParams(location.search).get("number");
const numberQuery = `number=${encodeURIComponent(number)}`;

/** The name of the header or parameter that a violation is about, without JSON pointer's escapes. */
const nameOf = (violation) => unescapeName(violation.at.slice(1));
const isAbout = (violation, name) => nameOf(violation).toLowerCase() === name.toLowerCase();

/** A table of names and values, with violations beside the values. */
function table(entries, violations) {
  const rows = entries.map(([name, value]) => {
    const own = violations.filter((violation) => isAbout(violation, name));
    const kind = !own.length ? "" : own.every(({ mild }) => mild) ? "odd" : "wrong";
    return [
      el("code", { textContent: name }),
      el("span", { className: kind && `row ${kind}` },
        el(kind ? "mark" : "span", { className: `${kind} value`, textContent: value }),
        ...own.map(({ message }) => el("span", { className: "why", textContent: message }))),
    ];
  });
  const missing = violations.filter((violation) => !entries.some(([name]) => isAbout(violation, name)));
  const rest = missing.map((violation) => [
    el("code", { textContent: nameOf(violation) || "–" }),
    el("span", { className: "why", textContent: violation.message }),
  ]);
  const element = el("table", {});
  fill(element, ["Name", "Value"], [...rows, ...rest], "none");
  return el("div", { className: "scroll" }, element);
}

function body(content, headers, violations) {
  if (content === null) return [el("p", { className: "quiet", textContent: "No body." }), ...violations.map(({ at, message }) => el("p", { className: "why", textContent: `${at} ${message}` }))];
  const isText = typeof content === "string" && !/json/.test(headers["content-type"] || "json");
  return [isText ? plain(content, headers["content-type"]) : marked(content, violations)];
}

/** A section of the exchange, or nothing if it is empty. */
function section(title, entries, violations) {
  return entries.length || violations.length ? [el("h3", { textContent: title }), table(entries, violations)] : [];
}

function summaries(exchange) {
  const list = (violations, kind, title) => violations.length
    ? el("div", { className: `note ${kind}` }, el("p", { textContent: title }), el("ul", {}, ...violations.map(({ where, at, message }) =>
      el("li", {}, el("code", { textContent: `${where} ${at}`.trim() }), ` ${message}`))))
    : null;
  return [
    list(exchange.violations, "bad", `${counted(exchange.violations.length, "violation")} of the contract:`),
    list(exchange.warnings, "care", "Not in the contract:"),
  ];
}

function facts(exchange) {
  const { api, operation } = exchange;
  const isOutgoing = exchange.direction === "outgoing";
  const page = `${root}/_understudy/reference/${encodeURIComponent(api)}/?${new URLSearchParams({ operation })}`;
  const name = el("code", { textContent: `${api} ${operation}` });
  const values = {
    Operation: isOutgoing ? name : operation ? el("a", { href: page }, name) : api || "no API has this path",
    Namespace: el("code", { textContent: exchange.namespace }),
    At: el("time", { dateTime: exchange.at, textContent: exchange.at }),
    Took: `${(exchange.took_us / 1000).toFixed(1)} ms`,
    Direction: isOutgoing && badge("outgoing"),
    Attempts: exchange.attempts,
    "Failed before": exchange.earlier_attempts.length && el("ul", {}, ...exchange.earlier_attempts.map(({ at, status, error }) =>
      el("li", {}, el("time", { dateTime: at, textContent: at }), ` ${error || status}`))),
    Error: exchange.error,
    Deprecated: exchange.deprecated ? badge("deprecated", "care") : null,
    Fault: exchange.fault && badge(`by fault ${exchange.fault}`, "care"),
    Schedule: exchange.schedule && badge(`scheduled request ${exchange.schedule}`),
    Recording: exchange.recording,
  };
  return el("dl", { className: "facts" }, ...Object.entries(values).filter(([, value]) => value).map(([name, value]) =>
    el("div", {}, el("dt", { textContent: name }), el("dd", {}, value))));
}

/** A link to the form for faults, filled with a rule that sends this response again. */
function asFault({ api, operation, namespace, response }) {
  const then = { ...(response.status ? { status: response.status } : { connection: "close" }), ...(response.body === null ? {} : { body: response.body }) };
  const rule = encodeURIComponent(JSON.stringify({ when: { api, operation }, then, times: 1 }));
  return el("p", {}, el("a", { href: `${pageAddress("faults", { namespace })}#${rule}`, textContent: "Plan this response as a fault" }));
}

function show(exchange) {
  const { request, response, violations, warnings } = exchange;
  const address = exchange.origin + request.path;
  const all = [...violations, ...warnings.map((warning) => ({ ...warning, mild: true }))];
  const at = (where) => all.filter((violation) => violation.where === where);
  document.title = `${request.method} ${address} · Understudy`;
  $("#title").replaceChildren(
    el("span", { className: `method ${request.method.toLowerCase()}`, textContent: request.method }), ` ${address} `,
    badge(response.status || "no response", violations.length ? "bad" : "accent"),
  );
  $("#exchange").replaceChildren(
    ...[facts(exchange), ...summaries(exchange), $("#copying").content.cloneNode(true)].filter(Boolean),
    exchange.operation && exchange.direction === "incoming" ? asFault(exchange) : "",
    el("div", { className: "cards" },
      el("section", { className: "card" }, el("h2", { textContent: "Request" }),
        ...section("Path", [], at("path").filter((violation) => violation.at)),
        ...section("Query", [...new URLSearchParams(request.query)], at("query")),
        el("h3", { textContent: "Body" }), ...body(request.body, request.headers, at("body")),
        ...section("Headers", Object.entries(request.headers), at("header"))),
      el("section", { className: "card" }, el("h2", { textContent: "Response" }),
        el("h3", { textContent: "Body" }), ...body(response.body, response.headers, at("response")),
        ...section("Headers", Object.entries(response.headers), []))),
  );
  if (exchange.direction === "outgoing") $("[data-form=pytest]").remove();  // it is no request of a client
  for (const copyButton of document.querySelectorAll("[data-form]")) {
    copyButton.addEventListener("click", () => attempt(() => copy(copyButton.dataset.form, copyButton.dataset.language)));
  }
}

/** Show the exchange as code, HAR or a pytest test, and copy it if the browser allows that. */
async function copy(form, language) {
  const query = language ? `language=${language}&${numberQuery}` : numberQuery;
  const text = await send("GET", `/requests/${form}?${query}`, undefined, { asText: true });
  const block = $("#text");
  block.textContent = text;
  block.hidden = false;
  getSelection().selectAllChildren(block);
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  const hint = text.includes("***") ? " Put your key in the place of ***." : "";
  $("#copied").textContent = (copied ? "Copied." : "Selected: copy it from here.") + hint;
}

attempt(async () => {
  const [exchange] = (await send("GET", `/requests?limit=1&${numberQuery}`)).requests;
  if (!exchange) throw new Error(`The journal of ${chosen || "default"} has no exchange ${number}; it may have been dropped as too old.`);
  show(exchange);
});
