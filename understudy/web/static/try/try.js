// Sends the request of an operation's form to the stand-in of this page, and shows the exchange: whether
// the call succeeded, whether it keeps the contract, and, where a record is missing, what makes it.
import { toggleCode } from "./copy_as.js";
import { counted, el, parse } from "../elements.js";
import { lastExchange, send } from "./http.js";
import { marked, plain } from "../marked.js";
import { offer, plan } from "./planned_calls.js";
import { about, address, body, form, headers, mark } from "./request_form.js";

const section = document.getElementById("try");
const outcome = section.querySelector(".outcome");
const before = section.querySelector(".before");
section.hidden = false;

for (const key of form.querySelectorAll("[data-remember]")) {
  key.value = sessionStorage.getItem(key.dataset.remember) ?? key.value;
  key.addEventListener("change", () => sessionStorage.setItem(key.dataset.remember, key.value));
}
const examples = form.querySelector("script[data-examples]");
form.querySelector("#examples")?.addEventListener("change", event => {
  form.querySelector("#body").value = JSON.parse(examples.textContent)[event.target.selectedIndex];
});

function shown(text, violations, type) {
  try { return marked(parse(text), violations); } catch { return plain(text || "(no body)", text && type); }
}

function listed(violations, title, kind) {
  if (!violations.length) return [];
  const lines = violations.map(v => el("li", {}, el("code", {}, `${v.where} ${v.at}`.trim()), ` ${v.message}`));
  return [el("div", { className: `note ${kind}` }, el("strong", {}, title), el("ul", {}, ...lines))];
}

/** Two judgements: whether the call succeeded, and whether both messages keep the contract. */
function verdict(response, violations) {
  const succeeded = response.status < 400;
  const good = succeeded && !violations.length;
  const words = violations.length ? `It breaks the contract: ${counted(violations.length, "violation")}.`
    : "The request is valid, and the response keeps the contract.";
  return [
    el("p", { className: `note ${good ? "good" : succeeded ? "" : "bad"}` },
      el("strong", {}, succeeded ? "The call succeeded." : "The call was refused."), ` ${words}`),
    ...listed(violations, `${counted(violations.length, "violation")} of the contract:`, "bad"),
  ];
}

/** A link to the rules of the page, where one of them speaks of the status of a refusal. */
function rulesOf({ status }) {
  const rules = [...document.querySelectorAll(".rules > li")];
  if (status < 400 || !rules.some(rule => new RegExp(`\\b${status}\\b`).test(rule.textContent))) return [];
  return [el("p", { className: "small" }, el("a", { href: "#rules" }, "Rules of behaviour of this operation"), ` say when the status is ${status}.`)];
}

/** What is missing and how to make it, where a refusal may be for that. */
async function remedy(response, text, violations) {
  const isMissing = response.status === 404 || response.status === 410
    || (response.status >= 400 && response.status < 500 && !violations.length && /not (be )?found|not exist|no such|unknown|no \w+ found/i.test(text));
  if (!isMissing) return [];
  const calls = await plan();
  if (!calls.length) return [];
  const made = calls.filter(call => call.makes && call.method !== "GET").map(call => call.makes);
  const words = made.length ? `The ${made.at(-1)} may not exist here. First create ${made.map(one => `the ${one}`).join(", then ")}:`
    : "Something has to be done before this request can succeed:";
  return [offer([words], "Create it and send again", calls, submit)];
}

function messages(path, requestBody, text, response, inBody, violations) {
  return [
    el("h4", {}, "Request"),
    el("pre", { tabIndex: 0 }, `${about.method} ${path}`),
    ...(typeof requestBody === "string" ? [shown(requestBody, inBody, about.type)] : []),
    el("h4", {}, "Response"),
    shown(text, violations.filter(v => v.where === "response"), response.headers.get("Content-Type")),
    el("details", {}, el("summary", { className: "small" }, "Headers"),
      el("pre", { tabIndex: 0 }, [...response.headers].map(([n, v]) => `${n}: ${v}`).join("\n"))),
  ];
}

/** The warnings of the exchange in the journal, and a link to it. */
async function journal(path) {
  if (about.method === "HEAD") return {};
  const last = await lastExchange(about.root, about.api, about.operation);
  const own = new URL(path, location).pathname.slice(about.root.indexOf("/_understudy"));
  if (!last || !own.startsWith(last.request.path)) return {};
  const query = new URLSearchParams({ namespace: last.namespace, number: last.number });
  return { warnings: last.warnings, link: el("a", { href: `${about.root}/console/exchange?${query}`, className: "small" }, "in the console") };
}

async function submit() {
  outcome.replaceChildren(el("p", { className: "quiet" }, "Sending..."));
  const path = address(), requestBody = body(), began = performance.now();
  try {
    const { response, text } = await send(path, { method: about.method, headers: headers(), body: requestBody });
    const took = Math.round(performance.now() - began);
    const violations = JSON.parse(response.headers.get("X-Understudy-Violations") ?? "[]");
    const { warnings = [], link } = await journal(path);
    const help = await remedy(response, text, violations);
    mark(violations, message => el("span", { className: "why" }, message));
    const inBody = [...violations, ...warnings.map(v => ({ ...v, mild: true }))].filter(v => v.where === "body");
    if (response.ok || help.length) before.replaceChildren();
    outcome.replaceChildren(
      el("h3", {}, `${response.status} ${response.statusText} `, el("span", { className: "quiet small" }, `in ${took} ms `), ...(link ? [link] : [])),
      ...verdict(response, violations),
      ...listed(warnings, "Not in the contract:", "care"),
      ...rulesOf(response),
      ...help,
      ...messages(path, requestBody, text, response, inBody, violations),
    );
  } catch (error) {
    outcome.replaceChildren(el("p", { className: "note bad" }, error.message));
  }
}

form.addEventListener("submit", event => {
  event.preventDefault();
  submit();
});
form.querySelector(".copy-as").addEventListener("click", () => toggleCode(section.querySelector(".code-of-form")));

const calls = await plan();
if (calls.length) before.replaceChildren(offer(["The example is about records that a new namespace does not have."], "Create what this example needs", calls, () => {}));
