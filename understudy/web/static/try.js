// Sends the request of an operation's form to the stand-in that this page comes from, and shows the
// exchange: what was sent, what broke the contract and where, and what was answered.
import { el, parse } from "./elements.js";
import { marked } from "./marked.js";

const section = document.getElementById("try");
const form = section.querySelector("form");
const outcome = section.querySelector(".outcome");
const told = form.dataset;
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
  let path = told.path;
  for (const field of form.querySelectorAll('[data-where="path"]')) {
    path = path.replace(`{${name(field)}}`, () => encodeURIComponent(field.value));
  }
  const query = new URLSearchParams();
  for (const field of fields("query")) {
    const values = field.dataset.kind === "array" ? field.value.split(",") : [value(field)];
    for (const one of values) query.append(name(field), one);
  }
  return told.base + path + (query.size ? `?${query}` : "");
}
function body() {
  const text = form.querySelector("#body");
  if (!told.type || told.method === "GET") return undefined;
  if (text) return text.value || undefined;
  const data = told.type.startsWith("multipart/") ? new FormData() : new URLSearchParams();
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

async function warnings(path) {  // the journal knows more: what no contract names
  try {
    const answer = await fetch(`${told.journal}?${new URLSearchParams({ limit: 1, operation: told.operation })}`);
    const [last] = (await answer.json()).requests;
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

async function read(answer) {  // what never ends is read for a while
  if (!answer.headers.get("Content-Type")?.startsWith("text/event-stream")) return answer.text();
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  const enough = setTimeout(() => reader.cancel(), 5000);
  let text = "";
  for (let part; !(part = await reader.read()).done;) text += part.value;
  clearTimeout(enough);
  return text;
}

form.addEventListener("submit", async event => {
  event.preventDefault();
  outcome.replaceChildren(el("p", { className: "quiet" }, "Sending..."));
  const path = address(), sent = body(), began = performance.now();
  const headers = new Headers();
  try {
    for (const field of fields("header")) headers.set(name(field), value(field));
    if (typeof sent === "string") headers.set("Content-Type", told.type);
    const answer = await fetch(path, { method: told.method, headers, body: sent, signal: AbortSignal.timeout(30000) });
    const text = await read(answer);
    const took = Math.round(performance.now() - began);
    const violations = JSON.parse(answer.headers.get("X-Understudy-Violations") ?? "[]");
    const besides = told.method === "HEAD" ? [] : await warnings(new URL(path, location).pathname.slice(told.journal.indexOf("/_understudy")));
    markFields(violations);
    const inBody = [...violations, ...besides.map(v => ({ ...v, mild: true }))].filter(v => v.where === "body");
    outcome.replaceChildren(
      el("h3", {}, `${answer.status} ${answer.statusText} `, el("span", { className: "quiet small" }, `in ${took} ms`)),
      ...(violations.length ? [] : [el("p", { className: "note good" }, "The request keeps the contract.")]),
      ...listed(violations, "The request breaks the contract:", "bad"),
      ...listed(besides, "No contract names this:", "care"),
      el("h4", {}, "What was sent"),
      el("pre", { tabIndex: 0 }, `${told.method} ${path}`),
      ...(typeof sent === "string" ? [shown(sent, inBody)] : []),
      el("h4", {}, "What was answered"),
      shown(text, violations.filter(v => v.where === "response")),
      el("details", {}, el("summary", { className: "small" }, "Headers"),
        el("pre", { tabIndex: 0 }, [...answer.headers].map(([n, v]) => `${n}: ${v}`).join("\n"))),
    );
  } catch (error) {
    outcome.replaceChildren(el("p", { className: "note bad" }, `It could not be sent: ${error.message}`));
  }
});
