// The side door, as the pages of the console speak to it, and what they share. All that is shown is
// put there as text: nothing that a client said ever becomes markup.

import { el, parse } from "../elements.js";

export { el, parse };

const main = document.getElementById("main");
const token = "understudy-token";

export const { root } = main.dataset;
/** The namespace that the page speaks of; "" is all of them in the journal, else the default. */
export const chosen = main.dataset.namespace;
export const $ = (selector) => document.querySelector(selector);

/** A table's head and rows; where there are none it says so. Cells are texts or elements. */
export function fill(table, heads, rows, none) {
  if (!rows.length) return table.replaceChildren(el("caption", { textContent: none }));
  const cell = (kind) => (content) => el(kind, {}, content);
  return table.replaceChildren(
    el("thead", {}, el("tr", {}, ...heads.map(cell("th")))),
    el("tbody", {}, ...rows.map((row) => el("tr", {}, ...row.map(cell("td"))))),
  );
}

export const button = (text, act, label = text) =>
  el("button", { type: "button", textContent: text, onclick: act, "aria-label": label });

export const badge = (text, kind = "") => el("span", { className: `badge ${kind}`, textContent: text });

export const place = (page, query) => `${root}/_understudy/console/${page}?${new URLSearchParams(query)}`;

/** What the side door refused, in its own words, with every violation. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(problem.detail || `the stand-in answered ${status}`);
    this.violations = problem.violations || [];
  }
}

async function open(path, { space = chosen, headers = {}, ...options } = {}) {
  const secret = sessionStorage.getItem(token);
  const answer = await fetch(
    `${location.origin}/_ns/${encodeURIComponent(space || "default")}/_understudy${path}`,
    { ...options, headers: { ...headers, ...(secret ? { "X-Understudy-Token": secret } : {}) } },
  );
  if (answer.ok) return answer;
  const problem = await answer.json().catch(() => ({}));
  const refusal = new Refusal(answer.status, problem);
  if (refusal.violations.some((one) => one.at === "/X-Understudy-Token")) $("#token").hidden = false;
  throw refusal;
}

/** What the side door answers: JSON, or text. Throws Refusal. */
export async function ask(method, path, body, options = {}) {
  const headers = body === undefined ? {} : { "Content-Type": "application/json" };
  const answer = await open(path, { method, headers, body: body && JSON.stringify(body), ...options });
  const text = await answer.text();
  const json = answer.headers.get("content-type")?.includes("json");
  return json && !options.asText ? parse(text) : text;
}

/** Tell each exchange as it comes, without end, until the signal; `last` is where to go on. A stream
    is fetched, not an EventSource, which can carry no token. */
export async function watch(query, tell, { signal, last = null, lost = () => {} } = {}) {
  while (!signal?.aborted) {
    try {
      const headers = last === null ? {} : { "Last-Event-ID": last };
      const path = `/requests/events?${new URLSearchParams({ seconds: 2, ...query })}`;
      const answer = await open(path, { headers, signal });
      lost(false);
      for await (const event of events(answer.body)) {
        if (event.id) last = event.id;
        if (event.data) tell(JSON.parse(event.data));
      }
    } catch (error) {
      if (error instanceof Refusal) throw error;
      if (!signal?.aborted) lost(true);
      await new Promise((resume) => setTimeout(resume, signal?.aborted ? 0 : 1000));
    }
  }
}

async function* events(body) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
    const whole = (rest + piece.value).split("\n\n");
    rest = whole.pop();
    for (const event of whole) yield Object.fromEntries(event.split("\n").map(field));
  }
}

function field(line) {
  const colon = line.indexOf(": ");
  return [line.slice(0, colon), line.slice(colon + 2)];
}

/** Show what went wrong, each violation at its place; nothing where nothing did. */
export function say(error, where = $("#wrong")) {
  if (!error) return where.replaceChildren();
  const told = (error.violations || []).map((one) => el("li", {}, el("code", { textContent: `${one.where} ${one.at}` }), ` ${one.message}`));
  return where.replaceChildren(
    el("div", { className: "note bad" }, el("p", { textContent: error.message }), told.length ? el("ul", {}, ...told) : null),
    error.shown || "",
  );
}

/** Do what may be refused, and say so then. */
export async function attempt(act, where) {
  try {
    say(null, where);
    return await act();
  } catch (error) {
    return void say(error, where);
  }
}

/** Call a function of a form's fields when it is sent; after a success the form is emptied at once,
    for what may be typed next, and the page looks again. */
export function onSubmit(form, act, lookAgain) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const given = Object.fromEntries(new FormData(form));
    attempt(async () => {
      await act(given);
      form.reset();
      await lookAgain();
    });
  });
}

/** A time for people; what it is in full stands in its `dateTime`. */
export const clockTime = (at) => el("time", { dateTime: at, title: at, textContent: at.slice(11, 23) });

$("#token").addEventListener("submit", (event) => {
  event.preventDefault();
  sessionStorage.setItem(token, $("#secret").value);
  location.reload();
});

const chooser = $("#namespace");
if (chooser) {
  attempt(async () => {
    const names = new Set((await ask("GET", "/namespaces")).map((one) => one.name));
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
