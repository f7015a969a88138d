// Clock, settings, faults, schedule and namespaces: seen, set and cleared.

import { $, ask, attempt, badge, button, chosen, el, fill, onSubmit, parse, watch } from "./door.js";

const json = (value) => el("code", { className: "preview", textContent: JSON.stringify(value) });

let clock = null;

function showClock(told) {
  clock = { at: Date.parse(told.now), from: Date.now(), frozen: told.frozen };
  $("#frozen").hidden = !told.frozen;
  tick();
}

function tick() {
  if (!clock) return;
  const now = clock.at + (clock.frozen ? 0 : Date.now() - clock.from);
  $("#now").textContent = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

async function showSettings(apis) {
  const { strict, personas } = await ask("GET", "/settings");
  $("#strict").checked = strict;
  $("#personas").replaceChildren(...apis.filter((api) => api.name in personas).map(({ name, personas: names }) => {
    const select = el("select", {}, ...names.map((each) => el("option", { textContent: each })));
    select.value = personas[name];
    select.addEventListener("change", () => act("PATCH", "/settings", { personas: { [name]: select.value } }));
    return el("p", {}, el("label", {}, `Persona of ${name} `, select));
  }));
}

async function showFaults() {
  const faults = await ask("GET", "/faults");
  fill($("#faults"), ["Fault", "Strikes", "What happens", "Times", "Hits", ""], faults.map((one) => [
    badge(`fault ${one.id}`, one.times !== null && one.hits >= one.times ? "" : "care"),
    json(one.when), json(one.then),
    one.times === null ? "always" : String(one.times), String(one.hits),
    button("Clear", () => act("DELETE", `/faults/${one.id}`), `Clear fault ${one.id}`),
  ]).concat(faults.length > 1 ? [["", "", "", "", "", button("Clear all", () => act("DELETE", "/faults"))]] : []), "No fault is planned.");
}

async function showSchedule() {
  const planned = await ask("GET", "/schedule");
  fill($("#schedule"), ["Plan", "Request", "When", "Status", ""], planned.map((one) => [
    badge(`plan ${one.id}`),
    el("code", { textContent: `${one.request.method} ${one.request.path}` }),
    one.due || json(one.after),
    one.status === null ? "waits" : String(one.status),
    button("Forget", () => act("DELETE", `/schedule/${one.id}`), `Forget plan ${one.id}`),
  ]), "No request is planned. POST /_understudy/schedule plans one.");
}

async function showNamespaces() {
  const spaces = await ask("GET", "/namespaces");
  fill($("#namespaces"), ["Namespace", "Requests", "Projects", ""], spaces.map(({ name, requests, projects }) => [
    el("a", { href: `/_understudy/console/?${new URLSearchParams({ namespace: name })}` }, el("code", { textContent: name })),
    String(requests),
    Object.entries(projects).map(([api, count]) => `${count} of ${api}`).join(", ") || "none",
    name === "default" ? "" : button("Drop", () => drop(name), `Drop ${name}`),
  ]), "There are none.");
}

function drop(name) {
  if (!confirm(`Forget the namespace ${name} and all that is in it?`)) return;
  attempt(async () => {
    await ask("DELETE", `/namespaces/${encodeURIComponent(name)}`, undefined, { space: "default" });
    // To look at it would make it anew.
    if (name === chosen) location.assign("/_understudy/console/controls");
    else await refresh();
  });
}

async function refresh() {
  const { apis } = await ask("GET", "/health");
  const select = $("#plan").elements.api;
  if (select.options.length === 1) select.append(...apis.map(({ name }) => el("option", { textContent: name })));
  showClock(await ask("GET", "/clock"));
  await Promise.all([showSettings(apis), showFaults(), showSchedule(), showNamespaces()]);
}

const act = (method, path, body) => attempt(async () => {
  await ask(method, path, body);
  await refresh();
});

/** A fault's plan from the fields of the form; what is empty is not said. */
function plan({ operation, api, method, path, times, probability, status, delay, connection, corrupt, body, ...pairs }) {
  const said = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "" && value !== undefined));
  const number = (text) => (text.trim() === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text));
  const both = (...names) => names.some((name) => pairs[name].trim()) ? said(Object.fromEntries(names.map((name) => [name, number(pairs[name])]))) : undefined;
  const limit = both("requests", "seconds");
  return {
    when: said({ operation: operation.trim(), api, method, path: path.trim() }),
    then: said({
      status: number(status), delay: number(delay), connection, corrupt, body: body.trim() ? parse(body) : undefined,
      drip: both("bytes", "every"), rate_limit: limit,
    }),
    times: limit ? null : number(times) ?? null,  // a limit holds until it is cleared
    probability: number(probability) ?? 1,
  };
}

for (const each of document.querySelectorAll("[data-clock]")) {
  each.addEventListener("click", () => act("POST", "/clock", JSON.parse(each.dataset.clock)));
}
for (const form of [$("#advance"), $("#set")]) {
  onSubmit(form, (given) => ask("POST", "/clock", given), refresh);
}
onSubmit($("#plan"), async (given) => ask("POST", "/faults", plan(given)), refresh);
$("#strict").addEventListener("change", () => act("PATCH", "/settings", { strict: $("#strict").checked }));

/** Look again, but take nothing away from under somebody's hands, and leave what is said. */
function again() {
  soon = null;
  if (document.activeElement?.closest("table, #personas")) soon = setTimeout(again, 1000);
  else refresh().catch(() => {});
}

setInterval(tick, 1000);
let soon = null;
attempt(async () => {
  await refresh();
  // What clients do may strike a fault or make a plan happen; look again, but once a second at most.
  await watch({ everywhere: true }, () => { soon ||= setTimeout(again, 1000); });
});
