// The dialog that edits one record: as a form of its fields, or as JSON. A record that somebody else
// has changed since it was loaded is not overwritten, unless that is asked for.

import { $, attempt, parse, request, showError } from "./control_api.js";
import { marked } from "../marked.js";
import { schemaForm, WrongInput } from "./schema_form.js";
import { isObject, own } from "./schemas.js";

const dialog = $("#edit");
const form = $("#edit form");
const { key: keyInput, json: jsonInput, "as-json": asJson } = form.elements;
const errors = $("#record-error");

/** What is edited: { place, collection, key, expected, onSaved }; `expected` is null for a new record. */
let edited = null;
let fields = null;

/**
 * Edit a record of a collection. `place` is { api, tenant, name }, `collection` what listCollections
 * says of it, and `key` null for a new record, which begins as `record`.
 */
export function editRecord(place, collection, key, record, onSaved) {
  edited = { place, collection, key, expected: key === null ? null : record, onSaved };
  const where = `${place.api}${place.tenant && `, tenant ${place.tenant}`}`;
  $("#editing").textContent = key === null ? `A new record of ${place.name}` : `${place.name} ${key}`;
  $("#editing-where").textContent = `In ${where}.${collection.record ? "" : " Its handlers do not say what its records are: they are not checked."}`;
  keyInput.value = key ?? "";
  keyInput.readOnly = key !== null;
  $("#key-line").hidden = Boolean(collection.key);
  keyInput.required = !collection.key;
  $("#remove").hidden = key === null;
  reportConflict(false);
  showError(null, errors);
  showRecord(record);
  if (!dialog.open) dialog.showModal();
  dialog.scrollTop = 0;
}

/** Show a record in the way that is chosen. */
function showRecord(record) {
  const isJson = asJson.checked;
  $("#json-line").hidden = !isJson;
  $("#fields").hidden = isJson;
  fields = isJson ? null : schemaForm(edited.collection.record, record);
  $("#fields").replaceChildren(...(isJson ? [] : [fields.element]));
  jsonInput.value = isJson ? JSON.stringify(record, null, 2) : "";
}

/** The record as it was edited. Throws WrongInput, or a SyntaxError. */
const readRecord = () => (fields ? fields.read() : parse(jsonInput.value));

asJson.addEventListener("change", () => {
  try {
    const record = readRecord();
    if (!isObject(record)) throw new Error("A record is a JSON object.");
    showError(null, errors);
    showRecord(record);
  } catch (error) {
    asJson.checked = !asJson.checked;
    if (!(error instanceof WrongInput)) showError(error, errors);
  }
});

/** Send the change of one record; `overwrites` says to make it whatever the record is now. */
async function send(key, record, overwrites = false) {
  const { place: { api, tenant, name: collection }, expected, onSaved } = edited;
  const change = { api, tenant, collection, key, record, ...(overwrites ? {} : { expected }) };
  await request("PATCH", "/records", [change]);
  dialog.close();
  await onSaved();
  // The button that opened the dialog was replaced by another one.
  [...document.querySelectorAll("#tree button")].find((each) => each.ariaLabel === `Edit ${collection} ${key}`)?.focus();
}

async function save(overwrites = false) {
  reportConflict(false);
  let record;
  try {
    record = readRecord();
    await send(keyOf(record), record, overwrites);
  } catch (error) {
    if (error instanceof WrongInput) return;
    reportRefusal(error, record);
  }
}

/** The key of the record: its own, if it has one. */
function keyOf(record) {
  const name = edited.collection.key;
  const its = name && own(record, name);
  return edited.key ?? (name ? String(its ?? "") : keyInput.value);
}

/** Show why a record was refused, at its fields or lines. */
function reportRefusal(error, record) {
  const violations = error.violations || [];
  const isConflict = violations.some(({ at }) => at === "/0/expected");
  const within = violations.filter(({ at }) => at.startsWith("/0/record")).map((each) => ({ ...each, at: each.at.slice("/0/record".length) }));
  const others = fields ? fields.show(within) : [];
  if (!fields && within.length) error.shown = marked(record, within);
  if (within.length) {
    error.message = "The record does not fit; nothing was saved.";
    error.violations = others.map((each) => ({ ...each, where: "record" }));
  }
  if (isConflict) error.violations = [];
  showError(isConflict ? { message: conflictOf(violations) } : error, errors);
  reportConflict(isConflict);
  $("#fields [aria-invalid]:not(fieldset)")?.focus();
}

const conflictOf = (violations) => (edited.key === null
  ? "There is a record of this key already; nothing was saved."
  : violations.some(({ message }) => message.startsWith("there is no"))
    ? "Somebody else has deleted the record since it was loaded; nothing was saved."
    : "Somebody else has changed the record since it was loaded; nothing was saved.");

function reportConflict(is) {
  $("#conflict").hidden = !is;
}

/** Load the record again, as it is now. */
async function loadAgain() {
  const { place, collection, key, onSaved } = edited;
  const { apis } = await request("GET", "/state");
  const record = [place.api, place.tenant, place.name, "records", key ?? keyOf(readRecord())].reduce(own, apis);
  if (record === undefined) throw new Error("There is no such record now.");
  editRecord(place, collection, key ?? keyOf(readRecord()), record, onSaved);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  showError(null, errors);
  save();
});
$("#overwrite").addEventListener("click", () => save(true));
$("#load-again").addEventListener("click", () => attempt(loadAgain, errors));
$("#remove").addEventListener("click", () => send(edited.key, null).catch((error) => reportRefusal(error, {})));
$("#cancel").addEventListener("click", () => dialog.close());
