// A form for one JSON value, made from its schema: a field for each property. What the schema does
// not name is kept, and can be edited as well. Of a value that is undefined, nobody has given anything
// yet: its fields are empty, and those that stay empty are left out.

import { button, el, parse } from "./control_api.js";
import { unescapeName } from "../elements.js";
import { described, firstNonNull, firstValue, isNumber, isObject, own, shapeOf } from "./schemas.js";

/** Deeper values are edited as JSON, and so are larger ones. */
const MOST_LEVELS = 4;
const MOST_PARTS = 100;

let lastId = 0;
const newId = () => `field-${++lastId}`;

/** An input of the form that cannot be read. */
export class WrongInput extends Error {}

/**
 * Make the form of a value: of any kind under a name (`about` is { name }), else of an object
 * by its fields alone. Returns its `element`; `read` for the value, which throws WrongInput where a
 * field cannot be read; and `show` for violations, with the pointer of the value: it returns those
 * without a field.
 */
export function schemaForm(schema, value, about) {
  const top = about ? fieldOf(schema, schema, value, { ...about, level: 0 }) : objectField(schema, shapeOf(schema, schema, value), value, 0);
  const show = (violations, place = "") => violations.filter((each) => !showAt(top, each, place));
  return { element: el("div", { className: "schema-form" }, top.element), read: () => top.read(), show };
}

/** Show a violation at its field, or return false. */
function showAt(top, { at, message }, place) {
  if (at !== place && !at.startsWith(`${place}/`)) return false;
  let field = top;
  for (const name of at.slice(place.length).split("/").slice(1)) {
    const next = field.parts?.().get(unescapeName(name));
    if (!next) break;
    field = next;
  }
  if (!field.refuse) return false;
  field.refuse(message);
  return true;
}

/** A field of any kind: { element, read, refuse, parts }. */
function fieldOf(root, given, value, { name, required, level, remove }) {
  const shape = shapeOf(root, given, value);
  const about = { name, required, remove };
  const isOpen = value !== null && level < MOST_LEVELS && Object.keys(value ?? {}).length <= MOST_PARTS;
  const parts = isOpen ? { object: objectField, array: arrayField }[shape.kind] : null;
  return parts ? group(parts(root, shape, value, level), shape, about) : line(shape, value, about);
}

/** A message below a field, and how to set it. */
function messages(input) {
  const note = el("p", { className: "why", id: newId(), hidden: true });
  const refuse = (message) => {
    note.textContent = [note.textContent, message].filter(Boolean).join("; ");
    note.hidden = false;
    if (input.localName !== "fieldset") input.setAttribute("aria-invalid", "true");
  };
  const accept = () => {
    note.textContent = "";
    note.hidden = true;
    input.removeAttribute("aria-invalid");
  };
  return { note, refuse, accept };
}

const removal = ({ name, remove }) => (remove ? button("Remove", remove, `Remove ${name}`) : null);

/** Fields within a field, in a box with its name. */
function group(field, { schema }, about) {
  const box = el("fieldset", {}, el("legend", {}, about.name, about.required ? hint("required") : null));
  const text = described(schema);
  const { note, refuse, accept } = messages(box);
  box.append(...[text && el("p", { className: "quiet small", textContent: text }), field.element, note, removal(about)].filter(Boolean));
  const read = () => {
    accept();
    return field.read();
  };
  return { ...field, element: box, refuse, read };
}

const hint = (text) => el("span", { className: "quiet small", textContent: ` ${text}` });

/** An object: the fields that it has or must have, and a choice of those that it may have. If it is not
    given, those of one input that it may have are there, too. */
function objectField(root, { schema }, value, level) {
  const properties = isObject(schema.properties) ? schema.properties : {};
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const fields = new Map();
  const rows = el("div", {});
  const choice = el("select", { "aria-label": "Field to add" });
  const adding = el("p", { className: "line adding" }, choice, button("Add the field", () => add(choice.value)));
  const isGiven = value !== undefined;
  const schemaOf = (name) => own(properties, name) ?? (isObject(schema.additionalProperties) ? schema.additionalProperties : {});
  const shapeOfFirst = (name) => shapeOf(root, schemaOf(name), undefined);
  const isLine = (name) => !["object", "array"].includes(shapeOfFirst(name).kind);

  function offer() {
    const missing = Object.keys(properties).filter((name) => !fields.has(name));
    choice.replaceChildren(...missing.map((name) => el("option", { value: name, textContent: name })));
    adding.hidden = !missing.length;
  }

  function put(name, part) {
    const remove = required.has(name) || part === undefined ? null : () => {
      fields.get(name).element.remove();
      fields.delete(name);
      offer();
      (adding.hidden ? rows : choice).focus?.();
    };
    const field = fieldOf(root, schemaOf(name), part, { name, required: required.has(name), level: level + 1, remove });
    fields.set(name, field);
    rows.append(field.element);
  }

  function add(name) {
    put(name, firstValue(shapeOfFirst(name)));
    offer();
    rows.lastElementChild.querySelector("input, select, textarea, button")?.focus();
  }

  const given = isObject(value) ? value : {};
  const names = [...Object.keys(given)].sort((a, b) => required.has(b) - required.has(a));
  for (const name of required) if (!Object.hasOwn(given, name)) put(name, isGiven ? firstValue(shapeOfFirst(name)) : undefined);
  for (const name of names) put(name, given[name]);
  if (!isGiven) for (const name of Object.keys(properties)) if (!fields.has(name) && isLine(name)) put(name, undefined);
  offer();
  const read = () => Object.fromEntries([...fields].map(([name, field]) => [name, field.read()]).filter(([, part]) => part !== undefined));
  return { element: el("div", {}, rows, adding), read, parts: () => fields };
}

/** A list: its items, each of which can be removed, and a button to add one. */
function arrayField(root, { schema }, value, level) {
  const items = [];
  const rows = el("div", {});
  const put = (part) => {
    const remove = () => {
      items.splice(items.indexOf(field), 1);
      field.element.remove();
    };
    const field = fieldOf(root, schema.items, part, { name: `item ${items.length + 1}`, required: false, level: level + 1, remove });
    items.push(field);
    rows.append(field.element);
  };
  value?.forEach(put);
  const more = button("Add an item", () => put(firstValue(shapeOf(root, schema.items, undefined))));
  return { element: el("div", {}, rows, el("p", {}, more)), read: () => items.map((item) => item.read()), parts: () => new Map(items.map((item, i) => [String(i), item])) };
}

/** A value in one input, which may be null. */
function line(shape, value, about) {
  const { kind, schema } = shape;
  // to leave it out says the same
  const nullable = shape.nullable && !(value === undefined && schema.default === null);
  const input = inputOf(kind, schema, value === null && nullable ? firstNonNull(shape) : value);
  const id = (input.id = newId());
  const text = described(schema);
  const explanation = el("p", { className: "quiet small", id: newId(), textContent: text });
  const { note, refuse, accept } = messages(input);
  input.setAttribute("aria-describedby", [text && explanation.id, note.id].filter(Boolean).join(" "));
  const first = input.value;
  const isNull = el("input", { type: "checkbox", checked: value === null && nullable, onchange: () => { input.disabled = isNull.checked; } });
  input.disabled = isNull.checked;
  const read = () => {
    accept();
    if (isNull.checked) return null;
    const isEmpty = value === undefined && !input.value.trim();
    if (isEmpty && !about.required) return undefined;
    if (!isEmpty && value !== null && input.value === first) return value; // browsers change line ends
    try {
      if (isEmpty) throw new Error("is missing");
      return readInput(kind, input.value);
    } catch (error) {
      refuse(error.message);
      input.focus();
      throw new WrongInput(`${about.name}: ${error.message}`);
    }
  };
  const element = el("div", { className: "field" },
    el("label", { htmlFor: id }, about.name, about.required ? hint("required") : null),
    el("div", { className: "line" }, input,
      nullable ? el("label", { className: "null" }, isNull, " null", el("span", { className: "sr", textContent: ` for ${about.name}` })) : null,
      removal(about)),
    text ? explanation : null, note);
  return { element, read, refuse };
}

function inputOf(kind, schema, value) {
  if (kind === "choice" || kind === "boolean") {
    const choices = kind === "boolean" ? [true, false] : schema.enum.filter((each) => each !== null);
    const texts = new Set((value === undefined ? [value, ...choices] : [...choices, value]).map((each) => JSON.stringify(each) ?? ""));
    const shown = (text) => (text.startsWith('"') ? JSON.parse(text) : text || "–");
    const option = (text) => el("option", { value: text, textContent: shown(text), selected: text === (JSON.stringify(value) ?? "") });
    return el("select", {}, ...[...texts].map(option));
  }
  const shown = value === undefined ? "" : kind === "text" ? value : JSON.stringify(value, null, 2);
  const placeholder = value === undefined ? placeholderOf(kind, schema) : "";
  const isLong = kind !== "number" && (kind !== "text" || shown.length > 60 || shown.includes("\n"));
  if (isLong) return el("textarea", { value: shown, rows: Math.min(8, Math.max(2, shown.split("\n").length, Math.ceil(shown.length / 70))), spellcheck: false, placeholder });
  return el("input", { type: "text", value: shown, placeholder, autocomplete: "off", inputMode: kind === "number" ? "decimal" : "text" });
}

/** What an empty input shows: the value that is taken if it stays empty, or what is to be written. */
function placeholderOf(kind, schema) {
  const { default: usual } = schema;
  if (usual === undefined || usual === null) return ["text", "number"].includes(kind) ? "" : "JSON";
  return typeof usual === "string" ? usual : JSON.stringify(usual);
}

function readInput(kind, text) {
  if (kind === "text") return text;
  return kind === "number" ? readNumber(text) : readJson(text);
}

function readNumber(text) {
  if (!text.trim()) throw new Error("is missing");
  if (!/^\s*-?\d[\d.eE+-]*\s*$/.test(text) || !isNumber(readJson(text))) throw new Error("is not a number");
  return readJson(text);
}

function readJson(text) {
  try {
    return parse(text);
  } catch (error) {
    throw new Error(text.trim() ? `is not JSON: ${error.message}` : "is missing");
  }
}
