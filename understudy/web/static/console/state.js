// The state of a namespace: show it, edit one record at a time, take and restore snapshots, reset.

import { $, attempt, button, chosen, counted, el, fill, onSubmit, parse, request, showError } from "./control_api.js";
import { marked } from "../marked.js";

/** The largest number of records that are shown of a collection. */
const MOST = 200;

const form = $("#edit");
const toggled = new Set();
let edited = null;

async function refresh() {
  const state = await request("GET", "/state");
  const apis = Object.entries(state.apis);
  const count = apis.flatMap(([, tenants]) => Object.values(tenants)).flatMap(Object.values)
    .reduce((sum, collection) => sum + Object.keys(collection.records).length, 0);
  $("#summary").textContent = `${counted(count, "record")}; seed: ${state.seed}; clock: ${state.clock.now}${state.clock.frozen ? ", frozen" : ""}`;
  $("#tree").replaceChildren(...apis.map(([api, tenants]) => branch([api], `API ${api}`,
    ...Object.entries(tenants).map(([tenant, collections]) => branch([api, tenant], tenant ? `Tenant ${tenant}` : "No tenant",
      ...Object.entries(collections).map(([name, { records }]) => leaf([api, tenant, name], records)))))));
  if (!apis.length) $("#tree").replaceChildren(el("p", { className: "quiet", textContent: "No API has a state." }));
  await showSnapshots();
}

/** A part of the tree; it stays open, or closed, when the tree is drawn again. */
function branch(path, title, ...children) {
  const id = JSON.stringify(path);
  const isOpenAtFirst = path.length < 3;
  const element = el("details", { open: toggled.has(id) !== isOpenAtFirst }, el("summary", {}, title), ...children);
  element.addEventListener("toggle", () => (element.open === isOpenAtFirst ? toggled.delete(id) : toggled.add(id)));
  return element;
}

function leaf(path, records) {
  const keys = Object.keys(records);
  const rows = keys.slice(0, MOST).map((key) => [
    el("code", { textContent: key }),
    el("code", { className: "preview", textContent: JSON.stringify(records[key]).slice(0, 160) }),
    button("Edit", () => edit(path, key, records[key]), `Edit ${path[2]} ${key}`),
  ]);
  const table = el("table", {});
  fill(table, ["Key", "Record", ""], rows, "No records.");
  const more = keys.length > MOST ? el("p", { className: "quiet small", textContent: `and ${keys.length - MOST} more` }) : null;
  return branch(path, `${path[2]} (${keys.length})`, el("div", { className: "scroll" }, table), more,
    el("p", {}, button("New record", () => attempt(async () => edit(path, "", await draft(path, records))), `New record of ${path[2]}`)));
}

/** What a new record begins with: an example of its collection, else a copy of its first record. */
async function draft([api, , name], records) {
  const collections = await request("GET", "/collections");
  const found = collections.find((collection) => collection.api === api && collection.name === name);
  return found?.example ?? Object.values(records)[0] ?? {};
}

function edit(path, key, record) {
  edited = { path, key };
  $("#editing").textContent = key ? `${path[2]} ${key}` : `A new record of ${path[2]}`;
  form.elements.key.value = key;
  form.elements.key.readOnly = Boolean(key);
  form.elements.record.value = JSON.stringify(record, null, 2);
  $("#remove").hidden = !key;
  showError(null, $("#record-error"));
  form.hidden = false;
  (key ? form.elements.record : form.elements.key).focus();
  form.elements.record.setSelectionRange(0, 0);
}

/** Write the record, or delete it if it is undefined; the rest of its API stays as it is now. */
async function put(key, record) {
  const [api, tenant, name] = edited.path;
  const { apis: { [api]: tenants } } = await request("GET", "/state");
  const { records } = ((tenants[tenant] ||= {})[name] ||= { records: {} });
  // Not by assignment: "__proto__" is a key like others.
  if (record === undefined) delete records[key];
  else Object.defineProperty(records, key, { value: record, enumerable: true, configurable: true, writable: true });
  await request("PUT", "/state", { apis: { [api]: tenants } });
  form.hidden = true;
  await refresh();
}

async function showSnapshots() {
  const snapshots = await request("GET", "/snapshots");
  const summary = (records) => Object.entries(records).flatMap(([api, collections]) =>
    Object.entries(collections).filter(([, count]) => count).map(([name, count]) => `${count} ${name} of ${api}`)).join(", ");
  fill($("#snapshots"), ["Name", "Records", ""], snapshots.map(({ name, records }) => [
    el("code", { textContent: name }),
    summary(records) || "none",
    el("span", { className: "line" },
      button("Restore", () => act("POST", `/snapshots/${name}/restore`), `Restore ${name}`),
      button("Delete", () => act("DELETE", `/snapshots/${name}`), `Delete ${name}`)),
  ]), "No snapshots.");
}

const act = (method, path, body) => attempt(async () => {
  await request(method, path, body);
  await refresh();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { key, record } = form.elements;
  await attempt(async () => {
    const value = parse(record.value);
    await put(key.value, value).catch((error) => {
      const [api, tenant, name] = edited.path;
      throw withRecord(error, pointer("apis", api, tenant, name, "records", key.value), value);
    });
  }, $("#record-error"));
});

const pointer = (...names) => names.map((name) => `/${name.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

/** Add to an error the record with its violations at their lines. */
function withRecord(error, recordPointer, value) {
  const within = (error.violations || []).filter(({ at }) => at.startsWith(recordPointer));
  if (within.length) error.shown = marked(value, within.map((violation) => ({ ...violation, at: violation.at.slice(recordPointer.length) })));
  return error;
}

$("#remove").addEventListener("click", () => attempt(() => put(edited.key), $("#record-error")));
$("#cancel").addEventListener("click", () => { form.hidden = true; });
onSubmit($("#take"), ({ name }) => request("PUT", `/snapshots/${encodeURIComponent(name)}`), showSnapshots);
onSubmit($("#reset"), async ({ seed }) => {
  if (confirm(`Delete all data of the namespace ${chosen || "default"}?`)) {
    await request("POST", "/reset", seed ? { seed } : {});
  }
}, refresh);

attempt(refresh);
