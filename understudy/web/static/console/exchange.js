// One exchange: what was sent, what came back, and where either breaks the contract.

import { $, ask, attempt, badge, chosen, el, fill, root } from "./door.js";
import { marked } from "../marked.js";

const number = new URLSearchParams(location.search).get("number");
const one = `number=${encodeURIComponent(number)}`;

/** A table of names and values, with what is wrong beside the value. */
function named(entries, told) {
  const why = (name) => told.filter((each) => each.at.slice(1).toLowerCase() === name.toLowerCase());
  const said = entries.map(([name, value]) => {
    const wrong = why(name);
    const kind = !wrong.length ? "" : wrong.every((each) => each.mild) ? "odd" : "wrong";
    return [
      el("code", { textContent: name }),
      el("span", { className: kind && `row ${kind}` },
        el(kind ? "mark" : "span", { className: `${kind} value`, textContent: value }),
        ...wrong.map((each) => el("span", { className: "why", textContent: each.message }))),
    ];
  });
  const missing = told.filter((each) => !entries.some(([name]) => name.toLowerCase() === each.at.slice(1).toLowerCase()));
  const rest = missing.map((each) => [el("code", { textContent: each.at.slice(1) || "–" }), el("span", { className: "why", textContent: each.message })]);
  const table = el("table", {});
  fill(table, ["Name", "Value"], [...said, ...rest], "none");
  return el("div", { className: "scroll" }, table);
}

function body(content, headers, violations) {
  if (content === null) return [el("p", { className: "quiet", textContent: "No body." }), ...violations.map((each) => el("p", { className: "why", textContent: `${each.at} ${each.message}` }))];
  const isText = typeof content === "string" && !/json/.test(headers["content-type"] || "json");
  return [isText ? el("pre", { className: "json", tabIndex: 0, textContent: content }) : marked(content, violations)];
}

/** A part of the exchange that is there only where it says something. */
function part(title, entries, told) {
  return entries.length || told.length ? [el("h3", { textContent: title }), named(entries, told)] : [];
}

function wrongs(exchange) {
  const list = (told, kind, title) => told.length
    ? el("div", { className: `note ${kind}` }, el("p", { textContent: title }), el("ul", {}, ...told.map((each) =>
      el("li", {}, el("code", { textContent: `${each.where} ${each.at}`.trim() }), ` ${each.message}`))))
    : null;
  return [
    list(exchange.violations, "bad", "This exchange breaks the contract:"),
    list(exchange.warnings, "care", "No contract names these:"),
  ];
}

function facts(exchange) {
  const { api, operation } = exchange;
  const page = `${root}/_understudy/reference/${encodeURIComponent(api)}/?${new URLSearchParams({ operation })}`;
  const told = {
    Operation: operation ? el("a", { href: page }, el("code", { textContent: `${api} ${operation}` })) : api || "none has this path",
    Namespace: el("code", { textContent: exchange.namespace }),
    At: el("time", { dateTime: exchange.at, textContent: exchange.at }),
    Took: `${(exchange.took_us / 1000).toFixed(1)} ms`,
    Deprecated: exchange.deprecated ? badge("deprecated", "care") : null,
    Fault: exchange.fault && badge(`fault ${exchange.fault} struck`, "care"),
    Plan: exchange.schedule && badge(`plan ${exchange.schedule} made it`),
  };
  return el("dl", { className: "facts" }, ...Object.entries(told).filter(([, value]) => value).map(([name, value]) =>
    el("div", {}, el("dt", { textContent: name }), el("dd", {}, value))));
}

function show(exchange) {
  const { request, response, violations, warnings } = exchange;
  const told = [...violations, ...warnings.map((each) => ({ ...each, mild: true }))];
  const at = (where) => told.filter((each) => each.where === where);
  document.title = `${request.method} ${request.path} · Understudy`;
  $("#title").replaceChildren(
    el("span", { className: `method ${request.method.toLowerCase()}`, textContent: request.method }), ` ${request.path} `,
    badge(response.status || "no answer", violations.length ? "bad" : "accent"),
  );
  $("#exchange").replaceChildren(
    ...[facts(exchange), ...wrongs(exchange), $("#copying").content.cloneNode(true)].filter(Boolean),
    el("div", { className: "cards" },
      el("section", { className: "card" }, el("h2", { textContent: "Request" }),
        ...part("Path", [], at("path").filter((each) => each.at)),
        ...part("Query", [...new URLSearchParams(request.query)], at("query")),
        el("h3", { textContent: "Body" }), ...body(request.body, request.headers, at("body")),
        ...part("Headers", Object.entries(request.headers), at("header"))),
      el("section", { className: "card" }, el("h2", { textContent: "Response" }),
        el("h3", { textContent: "Body" }), ...body(response.body, response.headers, at("response")),
        ...part("Headers", Object.entries(response.headers), []))),
  );
  for (const form of document.querySelectorAll("[data-form]")) {
    form.addEventListener("click", () => attempt(() => copy(form.dataset.form)));
  }
}

/** Show a form of the exchange, and put it on the clipboard where the browser lets us. */
async function copy(form) {
  const text = await ask("GET", `/requests/${form}?${one}`, undefined, { asText: true });
  const block = $("#text");
  block.textContent = text;
  block.hidden = false;
  getSelection().selectAllChildren(block);
  const copied = await navigator.clipboard?.writeText(text).then(() => true, () => false);
  $("#copied").textContent = copied ? "Copied." : "Selected: copy it from here.";
}

attempt(async () => {
  const [exchange] = (await ask("GET", `/requests?limit=1&${one}`)).requests;
  if (!exchange) throw new Error(`The journal of ${chosen || "default"} keeps no exchange ${number} any more.`);
  show(exchange);
});
