// The fields of a form that builds JSON: a field's name is the JSON pointer of its value, and its
// `data-kind` says how its text is read. Fields that are disabled or empty are left out.

import { escapeName, parse, unescapeName } from "../elements.js";

/** What is wrong with the text of a field, and of `others`, as an error of the control API would say it. */
export class FieldError extends Error {
  constructor(at, message, ...others) {
    super(message);
    this.violations = [{ where: "body", at, message }, ...others];
  }
}

/** The names of a pointer; those of items are numbers. */
const namesOf = (pointer) => pointer.split("/").slice(1).map(unescapeName).map((name) => (/^\d+$/.test(name) ? Number(name) : name));

const isContainer = (value) => value !== null && typeof value === "object" && !JSON.isRawJSON?.(value);

/** Set the value at some names, and make the objects and arrays above it. */
function setAt(root, names, value) {
  let container = root;
  for (const [position, name] of names.entries()) {
    const isLast = position === names.length - 1;
    const next = isLast ? value : Object.hasOwn(container, name) ? container[name] : typeof names[position + 1] === "number" ? [] : {};
    // a name such as __proto__ must be a field like any other
    Object.defineProperty(container, name, { value: next, configurable: true, enumerable: true, writable: true });
    container = next;
  }
}

/** The value at a pointer, or undefined. */
export function valueAt(root, pointer) {
  let value = root;
  for (const name of namesOf(pointer)) {
    if (!isContainer(value) || !Object.hasOwn(value, name)) return undefined;
    value = value[name];
  }
  return value;
}

function json(text, at) {
  try {
    return parse(text);
  } catch (error) {
    throw new FieldError(at, `is not JSON: ${error.message}`);
  }
}

/** How the texts of fields are read, by kind. A number that is none is sent as it is: the control API
    finds it, with all else that is wrong. A pattern is a text, or an object of operators. */
const readers = {
  text: (text) => text,
  number: (text) => (Number.isFinite(Number(text)) ? Number(text) : text),
  json,
  times: (text) => (text === "always" ? null : readers.number(text)),
  pattern: (text, at) => (/^\s*[{[]/.test(text) ? json(text, at) : text),
  value: (text) => {
    try {
      return parse(text);
    } catch {
      return text;
    }
  },
};

/** Return the value of a field, or undefined. */
function fieldValue(field) {
  if (field.type === "checkbox") return field.checked || undefined;
  if (!field.value.trim()) return field.dataset.empty && JSON.parse(field.dataset.empty);
  const text = field.dataset.kind === "text" || !field.dataset.kind ? field.value : field.value.trim();
  return readers[field.dataset.kind || "text"](text, field.name);
}

/** Return the JSON that a form says. Throws FieldError for a text that cannot be read. */
export function bodyOf(form) {
  const body = {};
  for (const part of form.querySelectorAll("[data-object], [name^='/'], .pair")) {
    if (part.closest("[hidden], :disabled")) continue;
    if (part.dataset.object) setAt(body, namesOf(part.dataset.object), {});
    else if (part.matches(".pair")) addPair(body, part);
    else {
      const value = fieldValue(part);
      if (value !== undefined) setAt(body, namesOf(part.name), value);
    }
  }
  return body;
}

/** Throw a FieldError if a field that has to be filled is empty: its `data-missing` says what to write. */
export function requireFields(form) {
  const empty = [...form.querySelectorAll("[data-missing]")].filter((field) => !field.value.trim() && !field.closest("[hidden], :disabled"));
  const [first, ...others] = empty.map(({ name, dataset }) => ({ where: "body", at: name, message: dataset.missing }));
  if (first) throw new FieldError(first.at, first.message, ...others);
}

function addPair(body, pair) {
  const [name, value] = pair.querySelectorAll("input");
  const at = pair.closest("[data-map]").dataset.map;
  if (!name.value.trim()) return;
  const read = readers[value.dataset.kind || "text"];
  setAt(body, [...namesOf(at), name.value.trim()], read(value.value, `${at}/${escapeName(name.value.trim())}`));
}

/** Write a value into a field; return whether the field can have it. */
export function setField(field, value) {
  if (field.type === "checkbox") field.checked = value === true;
  else if (value === null && field.dataset.kind === "times") field.value = "always";
  else if (value === null && field.dataset.empty === "null") field.value = "";
  else if (field.dataset.kind === "json") field.value = JSON.stringify(value, null, 2);
  else if (field.dataset.kind === "value") field.value = typeof value === "string" ? value : JSON.stringify(value);
  else if (!isContainer(value)) field.value = String(value);
  else if (field.dataset.kind === "pattern") field.value = JSON.stringify(value);
}

/** Whether a field is the place of a value: one of objects and arrays only if it is read as JSON. */
export const takes = (field, value) =>
  value !== undefined && (!isContainer(value) || ["json", "pattern", "value"].includes(field.dataset.kind));
