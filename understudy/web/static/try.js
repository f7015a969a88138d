// Sends the request of an operation's form to the stand-in of this page, and shows the exchange:
// request, violations at their places, and response.
import { counted, el, parse } from "./elements.js";
import { marked } from "./marked.js";
import { pathText, queryFields } from "./parameters.js";

const section = document.getElementById("try");
const form = section.querySelector("form");
const outcome = section.querySelector(".outcome");
const operation = form.dataset;
section.hidden = false;

for (const key of form.querySelectorAll("[data-remember]")) {
  key.value = sessionStorage.getItem(key.dataset.remember) ?? key.value;
  key.addEventListener("change", () => sessionStorage.setItem(key.dataset.remember, key.value));
}
const examples = form.querySelector("script[data-examples]");
form.querySelector("#examples")?.addEventListener("change", event => {
  form.querySelector("#body").value = JSON.parse(examples.textContent)[event.target.selectedIndex];
});

const fields = where => [...form.querySelectorAll(`[data-where="${where}"]`)].filter(f => f.value);
const name = field => field.dataset.name ?? field.dataset.key;
const value = field => (field.dataset.form ?? "{key}").replace("{key}", () => field.value);

function address() {
  let path = operation.path;
  for (const field of form.querySelectorAll('[data-where="path"]')) {
    path = path.replace(`{${name(field)}}`, () => pathText(field.dataset, field.value));
  }
  const query = fields("query").flatMap(field => queryFields({ ...field.dataset, name: name(field) }, value(field)));
  for (const field of fields("querystring")) query.push(field.dataset.media.includes("form") ? field.value : encodeURIComponent(field.value));
  return operation.base + path + (query.length ? `?${query.join("&")}` : "");
}
function body() {
  const text = form.querySelector("#body");
  if (!operation.type || operation.method === "GET") return undefined;
  if (text) return text.value || undefined;
  const data = operation.type.startsWith("multipart/") ? new FormData() : new URLSearchParams();
  for (const field of fields("form")) data.append(name(field), field.files?.[0] ?? field.value);
  return data;
}
function parsed(text) {
  try { return { value: parse(text) }; } catch { return null; }
}
function shown(text, violations) {
  const json = parsed(text);
  return json ? marked(json.value, violations)
    : el("pre", { tabIndex: 0 }, text || "(no body)");
}

/** The warnings of the journal about the last request: fields that are not in the contract. */
async function warnings(path) {
  try {
    const response = await fetch(`${operation.journal}?${new URLSearchParams({ limit: 1, operation: operation.operation })}`);
    const [last] = (await response.json()).requests;
    return last && path.startsWith(last.request.path) ? last.warnings : [];
  } catch { return []; }
}
function markFields(violations) {
  for (const why of form.querySelectorAll(".why")) why.remove();
  for (const field of form.querySelectorAll("input, textarea")) field.removeAttribute("aria-invalid");
  for (const { where, at, message } of violations) {
    const field = where === "body" ? form.querySelector("#body")
      : [...form.querySelectorAll(`[data-where="${where}"]`)].find(f => `${at}/`.startsWith(`/${name(f)}/`));
    if (!field) continue;
    field.setAttribute("aria-invalid", "true");
    if (where !== "body") field.after(el("span", { className: "why" }, message));
  }
}
function listed(violations, title, kind) {
  if (!violations.length) return [];
  const lines = violations.map(v => el("li", {}, el("code", {}, `${v.where} ${v.at}`.trim()), ` ${v.message}`));
  return [el("div", { className: `note ${kind}` }, el("strong", {}, title), el("ul", {}, ...lines))];
}

/** The response's text; of an endless stream that of the first 5 seconds. */
async function read(response) {
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => reader.cancel(), 5000);
  let text = "";
  for (let part; !(part = await reader.read()).done;) text += part.value;
  clearTimeout(timer);
  return text;
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  outcome.replaceChildren(el("p", { className: "quiet" }, "Sending..."));
  const path = address(), requestBody = body(), began = performance.now();
  const headers = new Headers();
  try {
    for (const field of fields("header")) headers.set(name(field), value(field));
    if (typeof requestBody === "string") headers.set("Content-Type", operation.type);
    const response = await fetch(path, { method: operation.method, headers, body: requestBody, signal: AbortSignal.timeout(30000) });
    const text = await read(response);
    const took = Math.round(performance.now() - began);
    const violations = JSON.parse(response.headers.get("X-Understudy-Violations") ?? "[]");
    const unknown = operation.method === "HEAD" ? [] : await warnings(new URL(path, location).pathname.slice(operation.journal.indexOf("/_understudy")));
    markFields(violations);
    const inBody = [...violations, ...unknown.map(v => ({ ...v, mild: true }))].filter(v => v.where === "body");
    outcome.replaceChildren(
      el("h3", {}, `${response.status} ${response.statusText} `, el("span", { className: "quiet small" }, `in ${took} ms`)),
      ...(violations.length ? [] : [el("p", { className: "note good" }, "The request is valid.")]),
      ...listed(violations, `${counted(violations.length, "violation")} of the contract:`, "bad"),
      ...listed(unknown, "Not in the contract:", "care"),
      el("h4", {}, "Request"),
      el("pre", { tabIndex: 0 }, `${operation.method} ${path}`),
      ...(typeof requestBody === "string" ? [shown(requestBody, inBody)] : []),
      el("h4", {}, "Response"),
      shown(text, violations.filter(v => v.where === "response")),
      el("details", {}, el("summary", { className: "small" }, "Headers"),
        el("pre", { tabIndex: 0 }, [...response.headers].map(([n, v]) => `${n}: ${v}`).join("\n"))),
    );
  } catch (error) {
    outcome.replaceChildren(el("p", { className: "note bad" }, `The request could not be sent: ${error.message}`));
  }
});
