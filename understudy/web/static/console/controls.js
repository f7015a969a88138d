// Shows and changes clock, settings, faults, schedule and namespaces.

import { $, attempt, badge, button, chosen, el, fill, onSubmit, parse, request, watch } from "./control_api.js";

const json = (value) => el("code", { className: "preview", textContent: JSON.stringify(value) });

let clock = null;

function showClock({ now, frozen }) {
  clock = { at: Date.parse(now), from: Date.now(), frozen };
  $("#frozen").hidden = !frozen;
  tick();
}

function tick() {
  if (!clock) return;
  const now = clock.at + (clock.frozen ? 0 : Date.now() - clock.from);
  $("#now").textContent = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

async function showSettings(apis) {
  const { strict, personas } = await request("GET", "/settings");
  $("#strict").checked = strict;
  $("#personas").replaceChildren(...apis.filter((api) => api.name in personas).map(({ name, personas: names }) => {
    const select = el("select", {}, ...names.map((persona) => el("option", { textContent: persona })));
    select.value = personas[name];
    select.addEventListener("change", () => act("PATCH", "/settings", { personas: { [name]: select.value } }));
    return el("p", {}, el("label", {}, `Persona of ${name} `, select));
  }));
}

async function showFaults() {
  const faults = await request("GET", "/faults");
  fill($("#faults"), ["Fault", "Matches", "Action", "Times", "Hits", ""], faults.map((fault) => [
    badge(`fault ${fault.id}`, fault.times !== null && fault.hits >= fault.times ? "" : "care"),
    json(fault.when), json(fault.then),
    fault.times === null ? "always" : String(fault.times), String(fault.hits),
    button("Remove", () => act("DELETE", `/faults/${fault.id}`), `Remove fault ${fault.id}`),
  ]).concat(faults.length > 1 ? [["", "", "", "", "", button("Remove all", () => act("DELETE", "/faults"))]] : []), "No faults.");
}

async function showSchedule() {
  const scheduled = await request("GET", "/schedule");
  fill($("#schedule"), ["Number", "Request", "When", "Status", ""], scheduled.map((entry) => [
    badge(`scheduled ${entry.id}`),
    el("code", { textContent: `${entry.request.method} ${entry.request.path}` }),
    entry.due || json(entry.after),
    entry.status === null ? "pending" : String(entry.status),
    button("Remove", () => act("DELETE", `/schedule/${entry.id}`), `Remove scheduled request ${entry.id}`),
  ]), "No scheduled requests. POST /_understudy/schedule adds one.");
}

async function showNamespaces() {
  const namespaces = await request("GET", "/namespaces");
  fill($("#namespaces"), ["Namespace", "Requests", "Tenants", ""], namespaces.map(({ name, requests, tenants }) => [
    el("a", { href: `/_understudy/console/?${new URLSearchParams({ namespace: name })}` }, el("code", { textContent: name })),
    String(requests),
    Object.entries(tenants).map(([api, count]) => `${count} of ${api}`).join(", ") || "none",
    name === "default" ? "" : button("Delete", () => deleteNamespace(name), `Delete ${name}`),
  ]), "No namespaces.");
}

function deleteNamespace(name) {
  if (!confirm(`Delete the namespace ${name} and all its data?`)) return;
  attempt(async () => {
    await request("DELETE", `/namespaces/${encodeURIComponent(name)}`, undefined, { namespace: "default" });
    // A request to the deleted namespace would create it again.
    if (name === chosen) location.assign("/_understudy/console/controls");
    else await refresh();
  });
}

async function refresh() {
  const { apis } = await request("GET", "/health");
  const select = $("#new-fault").elements.api;
  if (select.options.length === 1) select.append(...apis.map(({ name }) => el("option", { textContent: name })));
  showClock(await request("GET", "/clock"));
  await Promise.all([showSettings(apis), showFaults(), showSchedule(), showNamespaces()]);
}

const act = (method, path, body) => attempt(async () => {
  await request(method, path, body);
  await refresh();
});

/** The body of addFault from the fields of the form; empty fields are left out. */
function newFault({ operation, api, method, path, times, probability, status, delay, connection, corrupt, body, ...pairs }) {
  const filled = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== "" && value !== undefined));
  const number = (text) => (text.trim() === "" ? undefined : Number.isNaN(Number(text)) ? text : Number(text));
  const both = (...names) => names.some((name) => pairs[name].trim()) ? filled(Object.fromEntries(names.map((name) => [name, number(pairs[name])]))) : undefined;
  const limit = both("requests", "seconds");
  return {
    when: filled({ operation: operation.trim(), api, method, path: path.trim() }),
    then: filled({
      status: number(status), delay: number(delay), connection, corrupt, body: body.trim() ? parse(body) : undefined,
      drip: both("bytes", "every"), rate_limit: limit,
    }),
    times: limit ? null : number(times) ?? null,  // a rate limit holds until it is removed
    probability: number(probability) ?? 1,
  };
}

for (const clockButton of document.querySelectorAll("[data-clock]")) {
  clockButton.addEventListener("click", () => act("POST", "/clock", JSON.parse(clockButton.dataset.clock)));
}
for (const form of [$("#advance"), $("#set")]) {
  onSubmit(form, (values) => request("POST", "/clock", values), refresh);
}
onSubmit($("#new-fault"), async (values) => request("POST", "/faults", newFault(values)), refresh);
$("#strict").addEventListener("change", () => act("PATCH", "/settings", { strict: $("#strict").checked }));

/** Refresh the page, but later if the focus is in a table: its buttons would be replaced. An error
    that is shown stays. */
function refreshLater() {
  timer = null;
  if (document.activeElement?.closest("table, #personas")) timer = setTimeout(refreshLater, 1000);
  else refresh().catch(() => {});
}

setInterval(tick, 1000);
let timer = null;
attempt(async () => {
  await refresh();
  // A client's request may match a fault or trigger a scheduled request; refresh once a second at most.
  await watch({ everywhere: true }, () => { timer ||= setTimeout(refreshLater, 1000); });
});
