// The state of a namespace: its records by API, tenant and collection; snapshots, files and the reset.

import { $, attempt, button, chosen, counted, el, onSubmit, request } from "./control_api.js";
import { editRecord } from "./record_editor.js";
import { live } from "./live.js";
import { contains, recordList } from "./record_list.js";
import { connectSnapshots, showSnapshots } from "./snapshots.js";
import { connectFiles } from "./state_files.js";

const wanted = $("#find");
const toggled = new Set();
/** What listCollections says of each collection, by API and name. */
let known = new Map();
/** The leaves of the tree, which are drawn when they are opened. */
let leaves = [];

/** The number of the last exchange when the records were loaded. */
let loaded = null;

const lastNumber = async () => (await request("GET", "/requests?limit=1")).requests[0]?.number ?? 0;

/** Load the records at first; later, say that there may be others: to load them all each second is dear. */
async function follow() {
  if (loaded === null) await refresh();
  else $("#stale").hidden = (await lastNumber()) === loaded;
}

async function refresh() {
  const last = await lastNumber();
  const [state, collections] = await Promise.all([request("GET", "/state"), request("GET", "/collections")]);
  loaded = last;
  $("#stale").hidden = true;
  known = new Map(collections.map((each) => [JSON.stringify([each.api, each.name]), each]));
  leaves = [];
  const apis = Object.entries(state.apis);
  $("#tree").replaceChildren(...apis.map(([api, tenants]) => branch([api], `API ${api}`,
    ...Object.entries(tenants).map(([tenant, of]) => branch([api, tenant], tenant ? `Tenant ${tenant}` : "No tenant", ...collectionsOf(api, tenant, of))))));
  if (!apis.length) $("#tree").replaceChildren(el("p", { className: "quiet", textContent: "No API that is served keeps records." }));
  const count = leaves.reduce((sum, { entries }) => sum + entries.length, 0);
  const { now, frozen } = state.clock;
  $("#summary").textContent = `${counted(count, "record")}; seed: ${state.seed}; clock: ${now}${frozen ? ", frozen" : ""}`;
  find();
  await showSnapshots(refresh);
}

/** The collections of a tenant: those with records, and the empty ones together. */
function collectionsOf(api, tenant, collections) {
  const all = Object.entries(collections).map(([name, { records }]) => leaf({ api, tenant, name }, Object.entries(records)));
  const [full, empty] = [true, false].map((is) => all.filter(({ entries }) => Boolean(entries.length) === is).map(({ element }) => element));
  const rest = empty.length ? branch([api, tenant, "", "empty"], `Empty collections (${empty.length})`, ...empty) : null;
  if (rest && full.length) rest.dataset.empty = "";
  const none = all.length ? null : el("p", { className: "quiet small", textContent: "This API keeps no records: its responses are made from its document." });
  return [...full, rest, none];
}

/** A part of the tree; it stays open, or closed, when the tree is drawn again. */
function branch(path, title, ...children) {
  const id = JSON.stringify(path);
  const isOpenAtFirst = path.length < 3;
  const element = el("details", { open: toggled.has(id) !== isOpenAtFirst }, el("summary", {}, title), ...children);
  element.addEventListener("toggle", () => {
    if (!wanted.value) (element.open === isOpenAtFirst ? toggled.delete(id) : toggled.add(id));
  });
  return element;
}

/** A collection; its table is made when it is opened. */
function leaf(place, entries) {
  const { api, tenant, name } = place;
  const element = branch([api, tenant, name], `${name} (${entries.length})`);
  const leaf = { place, entries, element, matching: entries, list: null };
  const draw = () => {
    if (!element.open || leaf.list) return;
    leaf.list = listOf(leaf);
    leaf.list.show(leaf.matching);
    element.append(leaf.list.element, el("p", {}, button("New record", () => attempt(() => add(leaf)), `New record of ${name}`)));
  };
  element.addEventListener("toggle", draw);
  draw();
  leaves.push(leaf);
  return leaf;
}

function collectionOf({ place: { api, name } }) {
  return known.get(JSON.stringify([api, name])) ?? { key: null, record: null, example: null };
}

function listOf(leaf) {
  const { place, entries } = leaf;
  const collection = collectionOf(leaf);
  return recordList(entries, {
    name: place.name,
    schema: collection.record,
    onEdit: (key, record) => editRecord(place, collection, key, record, refresh),
    onDelete: (key, record) => attempt(() => remove(place, key, record)),
  });
}

/** Begin a new record with an example of its collection, else with a copy of its first record. */
function add(leaf) {
  const collection = collectionOf(leaf);
  editRecord(leaf.place, collection, null, collection.example ?? leaf.entries[0]?.[1] ?? {}, refresh);
}

async function remove({ api, tenant, name: collection }, key, record) {
  if (!confirm(`Delete ${key} of ${collection}?`)) return;
  await request("PATCH", "/records", [{ api, tenant, collection, key, record: null, expected: record }]);
  await refresh();
}

/** Show the records that have the text of the search. */
function find() {
  const text = wanted.value.trim().toLowerCase();
  let count = 0;
  for (const leaf of leaves) {
    leaf.matching = text ? leaf.entries.filter((entry) => contains(entry, text)) : leaf.entries;
    count += leaf.matching.length;
    showMatching(leaf, text);
  }
  for (const empty of document.querySelectorAll("[data-empty]")) empty.hidden = Boolean(text);
  $("#matches").textContent = text ? (count ? `${counted(count, "record")} found` : "No record has this text.") : "";
}

function showMatching(leaf, text) {
  const { element, entries, matching, place } = leaf;
  element.hidden = Boolean(text) && !matching.length;
  element.firstElementChild.textContent = `${place.name} (${text ? `${matching.length} of ` : ""}${entries.length})`;
  const isOpen = toggled.has(JSON.stringify([place.api, place.tenant, place.name]));
  element.open = text ? matching.length > 0 : isOpen;
  leaf.list?.show(matching);
}

wanted.addEventListener("input", find);
connectFiles(refresh);
connectSnapshots(refresh);
onSubmit($("#reset"), async ({ seed }) => {
  if (confirm(`Delete all data of the namespace ${chosen || "default"}?`)) {
    await request("POST", "/reset", seed ? { seed } : {});
  }
}, refresh);

$("#reload").addEventListener("click", () => attempt(refresh));
live(follow, { keepsFocus: true });
