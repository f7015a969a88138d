// The state of a namespace: browsed, edited a record at a time, remembered and forgotten.

import { $, ask, attempt, button, chosen, el, fill, onSubmit, parse, say } from "./door.js";
import { marked } from "../marked.js";

/** Records of a collection that are shown. */
const MOST = 200;

const form = $("#edit");
const open = new Set();
let edited = null;

async function refresh() {
  const state = await ask("GET", "/state");
  const apis = Object.entries(state.apis);
  const count = apis.flatMap(([, projects]) => Object.values(projects)).flatMap(Object.values)
    .reduce((sum, collection) => sum + Object.keys(collection.records).length, 0);
  $("#summary").textContent = `${count} ${count === 1 ? "record" : "records"}; seed ${state.seed}; it is ${state.clock.now}${state.clock.frozen ? ", frozen" : ""}.`;
  $("#tree").replaceChildren(...apis.map(([api, projects]) => branch([api], `API ${api}`,
    ...Object.entries(projects).map(([project, collections]) => branch([api, project], project ? `Project ${project}` : "No project",
      ...Object.entries(collections).map(([name, { records }]) => leaf([api, project, name], records)))))));
  if (!apis.length) $("#tree").replaceChildren(el("p", { className: "quiet", textContent: "No API has been used here yet." }));
  await remembered();
}

/** A part of the tree that stays open, or not, when it is drawn again. */
function branch(path, title, ...inside) {
  const id = JSON.stringify(path);
  const made = el("details", { open: path.length < 3 ? !open.has(id) : open.has(id) }, el("summary", {}, title), ...inside);
  made.addEventListener("toggle", () => (made.open === path.length < 3 ? open.delete(id) : open.add(id)));
  return made;
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
    el("p", {}, button("New record", () => edit(path, "", {}), `New record of ${path[2]}`)));
}

function edit(path, key, record) {
  edited = { path, key };
  $("#editing").textContent = key ? `${path[2]} ${key}` : `A new record of ${path[2]}`;
  form.elements.key.value = key;
  form.elements.key.readOnly = Boolean(key);
  form.elements.record.value = JSON.stringify(record, null, 2);
  $("#remove").hidden = !key;
  say(null, $("#faults"));
  form.hidden = false;
  (key ? form.elements.record : form.elements.key).focus();
  form.elements.record.setSelectionRange(0, 0);
}

/** Put the record, or nothing in its place: the rest of its API is as it is now. */
async function put(key, record) {
  const [api, project, name] = edited.path;
  const { apis: { [api]: projects } } = await ask("GET", "/state");
  const { records } = ((projects[project] ||= {})[name] ||= { records: {} });
  // Not by assignment: "__proto__" is a key like others.
  if (record === undefined) delete records[key];
  else Object.defineProperty(records, key, { value: record, enumerable: true, configurable: true, writable: true });
  await ask("PUT", "/state", { apis: { [api]: projects } });
  form.hidden = true;
  await refresh();
}

async function remembered() {
  const snapshots = await ask("GET", "/snapshots");
  const counted = (records) => Object.entries(records).flatMap(([api, collections]) =>
    Object.entries(collections).filter(([, count]) => count).map(([name, count]) => `${count} ${name} of ${api}`)).join(", ");
  fill($("#snapshots"), ["Name", "Records", ""], snapshots.map(({ name, records }) => [
    el("code", { textContent: name }),
    counted(records) || "none",
    el("span", { className: "line" },
      button("Restore", () => act("POST", `/snapshots/${name}/restore`), `Restore ${name}`),
      button("Delete", () => act("DELETE", `/snapshots/${name}`), `Delete ${name}`)),
  ]), "No state is remembered.");
}

const act = (method, path, body) => attempt(async () => {
  await ask(method, path, body);
  await refresh();
});

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { key, record } = form.elements;
  await attempt(async () => {
    const value = parse(record.value);
    await put(key.value, value).catch((error) => {
      const [api, project, name] = edited.path;
      throw located(error, `/apis/${api}/${project}/${name}/records/${key.value}`, value);
    });
  }, $("#faults"));
});

/** A refusal that shows the record with its violations at their lines. */
function located(error, record, value) {
  const within = (error.violations || []).filter((one) => one.at.startsWith(record));
  if (within.length) error.shown = marked(value, within.map((one) => ({ ...one, at: one.at.slice(record.length) })));
  return error;
}

$("#remove").addEventListener("click", () => attempt(() => put(edited.key), $("#faults")));
$("#cancel").addEventListener("click", () => { form.hidden = true; });
onSubmit($("#take"), ({ name }) => ask("PUT", `/snapshots/${encodeURIComponent(name)}`), remembered);
onSubmit($("#reset"), async ({ seed }) => {
  if (confirm(`Forget all that is in ${chosen || "default"}?`)) {
    await ask("POST", "/reset", seed ? { seed } : {});
  }
}, refresh);

attempt(refresh);
