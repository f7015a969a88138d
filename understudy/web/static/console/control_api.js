// The control API for the pages of the console, and what these pages share. Data is only ever shown
// as text: nothing that a client sent becomes markup.

import { counted, el, parse } from "../elements.js";

export { counted, el, parse };

const main = document.getElementById("main");
const tokenKey = "understudy-token";

export const { root } = main.dataset;
/** The namespace of the page; "" is all namespaces in the journal, and the default one elsewhere. */
export const chosen = main.dataset.namespace;
export const $ = (selector) => document.querySelector(selector);

/** Fill a table with heads and rows of texts or elements; `placeholder` is its text without rows. */
export function fill(table, heads, rows, placeholder) {
  if (!rows.length) return table.replaceChildren(el("caption", { textContent: placeholder }));
  return table.replaceChildren(
    el("thead", {}, el("tr", {}, ...heads.map((head) => (head ? el("th", { scope: "col" }, head) : el("td"))))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map((content) => el("td", {}, content))))),
  );
}

export const button = (text, action, label = text) =>
  el("button", { type: "button", textContent: text, onclick: action, "aria-label": label });

export const badge = (text, kind = "") => el("span", { className: `badge ${kind}`, textContent: text });

export const pageAddress = (page, query) => `${root}/_understudy/console/${page}?${new URLSearchParams(query)}`;

/** An error response of the control API, with every violation. */
export class ControlError extends Error {
  constructor(status, problem) {
    super(problem.detail || `the stand-in responded with status ${status}`);
    this.violations = problem.violations || [];
  }
}

/** There is no response: the server was stopped, or cannot be reached. */
export class Unreachable extends Error {
  constructor() {
    super("The stand-in does not respond. Is it running?");
  }
}

async function send(path, { namespace = chosen, headers = {}, ...options } = {}) {
  const token = sessionStorage.getItem(tokenKey);
  const response = await fetch(
    `${location.origin}/_ns/${encodeURIComponent(namespace || "default")}/_understudy${path}`,
    { ...options, headers: { ...headers, ...(token ? { "X-Understudy-Token": token } : {}) } },
  ).catch(() => { throw new Unreachable(); });
  if (response.ok) return response;
  const problem = await response.json().catch(() => ({}));
  const error = new ControlError(response.status, problem);
  if (error.violations.some(({ at }) => at === "/X-Understudy-Token")) $("#token").hidden = false;
  throw error;
}

/** Send a request to the control API; returns its JSON or text. Throws ControlError. */
export async function request(method, path, body, options = {}) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const response = await send(path, { method, headers, body: body && JSON.stringify(body), ...options });
  const text = await response.text();
  const isJson = response.headers.get("content-type")?.includes("json");
  return isJson && !options.asText ? parse(text) : text;
}

/** Call `onExchange` for each new exchange until the signal aborts; `last` is the number of the last
    one that is known. Uses fetch, because EventSource cannot send the token. */
export async function watch(query, onExchange, { signal, last = null, onConnection = () => {} } = {}) {
  while (!signal?.aborted) {
    try {
      const headers = last === null ? {} : { "Last-Event-ID": last };
      const path = `/requests/events?${new URLSearchParams({ seconds: 2, ...query })}`;
      const response = await send(path, { headers, signal });
      onConnection(true);
      for await (const event of events(response.body)) {
        if (event.id) last = event.id;
        if (event.data) onExchange(JSON.parse(event.data));
      }
    } catch (error) {
      if (error instanceof ControlError) throw error;
      if (!signal?.aborted) onConnection(false);
      await new Promise((resume) => setTimeout(resume, signal?.aborted ? 0 : 1000));
    }
  }
}

/** Yield the server-sent events of a stream, each as an object of its fields. */
async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let chunk = await reader.read(); !chunk.done; chunk = await reader.read()) {
    const complete = (rest + chunk.value).split("\n\n");
    rest = complete.pop();
    for (const event of complete) yield Object.fromEntries(event.split("\n").map(field));
  }
}

function field(line) {
  const colon = line.indexOf(": ");
  return [line.slice(0, colon), line.slice(colon + 2)];
}

/** Show an error with its violations, or remove the last one if `error` is null. */
export function showError(error, where = $("#error")) {
  if (!error) return where.replaceChildren();
  // the message of an error has its first violation; alone, it is not said twice
  const listed = (error.violations || []).filter(({ message }, _, all) => all.length > 1 || !error.message.endsWith(message));
  const violations = listed.map((violation) =>
    el("li", {}, el("code", { textContent: `${violation.where} ${violation.at}` }), ` ${violation.message}`));
  return where.replaceChildren(
    el("div", { className: "note bad" }, el("p", { textContent: error.message }), violations.length ? el("ul", {}, ...violations) : null),
    error.shown || "",
  );
}

/** Run an action; if it fails, show its error. */
export async function attempt(action, where) {
  try {
    showError(null, where);
    return await action();
  } catch (error) {
    return void showError(error, where);
  }
}

/** Call `action` with a form's fields when it is submitted. After success the form is reset, ready for
    the next input, and then the page refreshed. */
export function onSubmit(form, action, refresh) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const values = Object.fromEntries(new FormData(form));
    attempt(async () => {
      await action(values);
      form.reset();
      await refresh();
    });
  });
}

/** The time of day of a timestamp; the element's `dateTime` has it in full. */
export const clockTime = (at) => el("time", { dateTime: at, title: at, textContent: at.slice(11, 23) });

$("#token").addEventListener("submit", (event) => {
  event.preventDefault();
  if (/[^\x20-\x7e]/.test($("#secret").value)) return void showError({ message: "A token has letters, digits and signs of ASCII only." });
  sessionStorage.setItem(tokenKey, $("#secret").value);
  location.reload();
});

const chooser = $("#namespace");
if (chooser) {
  attempt(async () => {
    const names = new Set((await request("GET", "/namespaces")).map(({ name }) => name));
    names.delete(chooser.dataset.without);
    if (chosen) names.add(chosen);
    chooser.append(el("option", { value: "", textContent: chooser.dataset.without }));
    chooser.append(...[...names].sort().map((name) => el("option", { textContent: name })));
    chooser.value = chosen;
  });
  chooser.addEventListener("change", () => {
    const query = new URLSearchParams(location.search);
    query.set("namespace", chooser.value);
    location.search = query;
  });
}
