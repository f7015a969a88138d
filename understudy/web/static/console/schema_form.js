// Fields for a value that a JSON Schema describes; the names of the fields are JSON pointers.

import { el, escapeName } from "../elements.js";
import { resolved } from "./record_schema.js";

/** Objects within objects that have fields of their own; deeper ones are written as JSON. */
const DEPTH = 3;

/** The schema that another stands for: by its reference, or beside null. */
function meant(root, schema) {
  const whole = resolved(root, schema);
  const choices = (whole.anyOf || whole.oneOf || []).filter(({ type }) => type !== "null");
  return choices.length === 1 ? { ...whole, ...resolved(root, choices[0]), anyOf: undefined, oneOf: undefined } : whole;
}

const typeOf = ({ type }) => (Array.isArray(type) ? type.find((each) => each !== "null") : type);

/** Return the fields of the value at a pointer. `label` is its name. */
export function schemaFields(schema, at, label, { root = schema, depth = 0, required = false } = {}) {
  const own = meant(root, schema);
  if (own.properties && !own.anyOf && !own.oneOf && own.additionalProperties === false && depth < DEPTH) {
    const parts = Object.entries(own.properties).map(([name, part]) =>
      schemaFields(part, `${at}/${escapeName(name)}`, name, { root, depth: depth + 1, required: own.required?.includes(name) }));
    const [group, ...legend] = label ? ["fieldset", el("legend", { textContent: label })] : ["div"];
    return el(group, { className: "of-schema" }, ...legend, describe(own), ...parts);
  }
  return el("div", { className: "field" },
    el("label", {}, `${label || "Value, as JSON"}${required ? "" : " (optional)"} `, input(own, at)), describe(own));
}

const describe = ({ description }) => (description ? el("p", { className: "quiet small", textContent: description }) : null);

function input(schema, name) {
  const type = typeOf(schema);
  if (schema.enum) return choice(name, schema.enum.filter((value) => value !== null));
  if (type === "boolean") return choice(name, [true, false]);
  const placeholder = schema.default === undefined || schema.default === null ? "" : JSON.stringify(schema.default);
  if (type === "string") return field("input", name, "text", { type: "text", placeholder: schema.default ?? "" });
  if (type === "integer" || type === "number") return field("input", name, "number", { type: "text", inputMode: "decimal", placeholder });
  return field("textarea", name, "json", { rows: 3, spellcheck: false, placeholder: placeholder || "JSON" });
}

const field = (element, name, kind, properties) => el(element, { name, "data-kind": kind, autocomplete: "off", ...properties });

function choice(name, values) {
  const areTexts = values.every((value) => typeof value === "string");
  const options = values.map((value) => el("option", { value: areTexts ? value : JSON.stringify(value), textContent: String(value) }));
  return el("select", { name, "data-kind": areTexts ? "text" : "json" }, el("option", { value: "", textContent: "–" }), ...options);
}
