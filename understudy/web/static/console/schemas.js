// What a JSON Schema says about its values, as far as forms and lists need it. A schema may be missing,
// or say nothing of a value: then the value itself says what it is.

import { unescapeName } from "../elements.js";

/** Whether a value is a number, also one that JavaScript would round (see `parse`). */
export const isNumber = (value) => typeof value === "number" || Boolean(JSON.isRawJSON?.(value));

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value) && !isNumber(value);

/** The own property of an object, never one that all objects have. */
export const own = (object, name) => (isObject(object) && Object.hasOwn(object, name) ? object[name] : undefined);

/** The largest number of references that are followed, in case they lead in a circle. */
const MOST_STEPS = 20;

/** A schema without its reference; what stands beside the reference stays. */
export function resolved(root, schema) {
  let found = isObject(schema) ? schema : {};
  for (let step = 0; step < MOST_STEPS && typeof found.$ref === "string"; step++) {
    const { $ref, ...beside } = found;
    const target = $ref.slice(2).split("/").reduce((part, name) => own(part, unescapeName(name)), root);
    found = { ...(isObject(target) ? target : {}), ...beside };
  }
  return found;
}

/**
 * How a value is edited: `kind` is object, array, choice, boolean, number, text or json, and `schema`
 * is that of the value when it is not null.
 */
export function shapeOf(root, given, value) {
  const schema = resolved(root, given);
  const alternatives = (schema.anyOf || schema.oneOf || []).map((each) => resolved(root, each));
  const others = alternatives.filter(({ type }) => type !== "null");
  const types = [schema.type || []].flat();
  const nullable = others.length < alternatives.length || types.includes("null") || Boolean(schema.enum?.includes(null));
  const meant = others.length ? { ...schema, ...chosen(schema, others, value) } : schema;
  if (meant.const !== undefined) meant.enum = [meant.const];
  return { kind: kindOf(meant, value === null && nullable ? undefined : value), nullable, schema: meant };
}

/** The alternative that a value is meant to be: by the discriminator, or the only one. */
function chosen(schema, alternatives, value) {
  const name = schema.discriminator?.propertyName;
  const tag = name && own(value, name);
  const tagged = alternatives.find(({ properties }) => own(own(properties, name), "enum")?.includes(tag));
  return tagged || (alternatives.length === 1 ? alternatives[0] : {});
}

function kindOf(schema, value) {
  const types = [schema.type || []].flat().filter((type) => type !== "null");
  if (Array.isArray(schema.enum) && schema.enum.every((each) => !isObject(each) && !Array.isArray(each))) return "choice";
  if (types.length > 1 || (!types.length && !schema.properties)) return kindOfValue(value);
  if (schema.properties) return fits(isObject(value), value, "object");
  const [type] = types;
  if (type === "string") return fits(typeof value === "string", value, "text");
  if (type === "boolean") return fits(typeof value === "boolean", value, "boolean");
  if (type === "number" || type === "integer") return fits(isNumber(value), value, "number");
  if (type === "array" && isObject(schema.items)) return fits(Array.isArray(value), value, "array");
  return "json";
}

/** A value that is not what the schema says is edited as JSON, so that it is not lost. */
const fits = (is, value, kind) => (is || value === undefined ? kind : "json");

function kindOfValue(value) {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "boolean";
  return isNumber(value) ? "number" : "json";
}

/** The value that a new field begins with. */
export function firstValue(shape) {
  const { nullable, schema } = shape;
  if (schema.default !== undefined) return schema.default;
  return nullable ? null : firstNonNull(shape);
}

/** The same for a value that shall not be null. */
export function firstNonNull({ kind, schema }) {
  if (kind === "choice") return schema.enum.find((each) => each !== null);
  if (kind === "array" || schema.type === "array") return [];
  return { boolean: false, number: Math.max(bound(schema.minimum) ?? 0, 0), text: "" }[kind] ?? {};
}

/** A bound of numbers, unless it is one that JavaScript would round: that of 64 bits says nothing. */
const bound = (value) => (typeof value === "number" ? value : undefined);

/** What a schema says about its values, in one sentence or a few. */
export function described(schema) {
  const parts = [typeof schema.description === "string" ? schema.description.replace(/\.$/, "") : ""];
  if (schema.format) parts.push(schema.format === "date-time" ? "a time such as 2026-01-31T12:00:00Z" : schema.format);
  const least = bound(schema.minimum ?? schema.exclusiveMinimum);
  const most = bound(schema.maximum ?? schema.exclusiveMaximum);
  if (least > -(2 ** 53)) parts.push(`at least ${least}`);
  if (most < 2 ** 53) parts.push(`at most ${most}`);
  if (schema.minLength) parts.push(`at least ${schema.minLength} characters`);
  if (schema.maxLength) parts.push(`at most ${schema.maxLength} characters`);
  if (schema.pattern) parts.push(isUuid(schema) ? "a UUID in lower case" : `matches ${schema.pattern}`);
  return parts.filter(Boolean).join("; ");
}

export const isUuid = ({ format, pattern = "" }) => format === "uuid" || /^\^\[0-9a-f[^\]]*\]\{8\}-/.test(pattern);
