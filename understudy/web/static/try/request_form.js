// Reads the form of an operation: as the request to send, and as values that the server understands.
import { pathText, queryFields } from "./parameters.js";

/** The form, what its request is about (method, paths, addresses), and its fields by their place. */
export const form = document.querySelector("#try form");
export const about = form.dataset;
export const fields = where => [...form.querySelectorAll(`[data-where="${where}"]`)];

const given = where => fields(where).filter(field => field.value || (field.dataset.content && where === "form"));
const name = field => field.dataset.name ?? field.dataset.key;
const value = field => (field.dataset.form ?? "{key}").replace("{key}", () => credentials(field));
/** The text of a field; a file is that of the example, in base64. */
const text = field => field.type === "file" ? field.dataset.content ?? "" : field.value;
const texts = where => Object.fromEntries(given(where).filter(field => !field.dataset.key).map(field => [name(field), text(field)]));
const isForm = () => about.type && !form.querySelector("#body");

function isEncodedPair(text) {
  try { return atob(text).includes(":"); } catch { return false; }
}

/** What stands for the key: of Basic a name and a password, encoded; a key alone is both. */
function credentials({ value: key, dataset }) {
  if (!dataset.form?.startsWith("Basic ") || isEncodedPair(key)) return key;
  const pair = new TextEncoder().encode(key.includes(":") ? key : `${key}:${key}`);
  return btoa(String.fromCharCode(...pair));
}

/** The path and the query of the request. */
export function address() {
  let path = about.path;
  for (const field of fields("path")) path = path.replace(`{${name(field)}}`, () => pathText(field.dataset, field.value));
  const query = given("query").flatMap(field => queryFields({ ...field.dataset, name: name(field) }, value(field)));
  for (const field of given("querystring")) query.push(field.dataset.media.includes("form") ? field.value : encodeURIComponent(field.value));
  return about.base + path + (query.length ? `?${query.join("&")}` : "");
}

/** The bytes that base64 stands for. */
export const bytes = encoded => Uint8Array.from(atob(encoded), character => character.charCodeAt(0));

/** The file of a field: the one that was chosen, or that of the example. */
function content(field) {
  if (field.files?.[0]) return field.files[0];
  if (!field.dataset.content || field.value) return field.value;
  const type = field.dataset.contentType || "application/octet-stream";
  return new File([bytes(field.dataset.content)], `example.${type.split("/")[1]}`, { type });
}

/** The body of the request: a text, a form, or nothing. */
export function body() {
  if (!about.type || about.method === "GET") return undefined;
  if (!isForm()) return form.querySelector("#body").value || undefined;
  const data = about.type.startsWith("multipart/") ? new FormData() : new URLSearchParams();
  for (const field of given("form")) data.append(name(field), content(field));
  return data;
}

/** The headers of the request, those of the key too. Throws an Error with words for people. */
export function headers() {
  const all = new Headers();
  for (const field of given("header")) {
    try { all.set(name(field), value(field)); } catch {
      throw new Error(`No header can have the value of ${name(field)}: only characters of Latin-1.`);
    }
  }
  if (about.type && !isForm() && body() !== undefined) all.set("Content-Type", about.type);
  return all;
}

/** The values of the form, as the server takes them. */
export function values() {
  const key = [...form.querySelectorAll("[data-key]")].find(field => field.value)?.value;
  const whole = isForm() ? texts("form") : form.querySelector("#body")?.value || null;
  return {
    ...Object.fromEntries(["path", "query", "header", "cookie"].map(where => [where, texts(where)])),
    body: whole,
    ...(key ? { key } : {}),
  };
}

/** Put texts into fields: each has a place, a name and a text. */
export function fill(filled) {
  for (const { where, name: wanted, text: value } of filled) {
    const field = where === "body" ? form.querySelector("#body") : fields(where).find(each => name(each) === wanted);
    if (field && field.type !== "file") field.value = value;
  }
}

/** Mark the fields that violations are about, and unmark all others. */
export function mark(violations, why) {
  for (const old of form.querySelectorAll(".why")) old.remove();
  for (const field of form.querySelectorAll("input, select, textarea")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
  for (const [number, { where, at, message }] of violations.entries()) {
    const field = where === "body" ? form.querySelector("#body") : fields(where).find(each => `${at}/`.startsWith(`/${name(each)}/`));
    if (!field) continue;
    field.setAttribute("aria-invalid", "true");
    if (where === "body") continue;
    const reason = why(message);
    reason.id = `why-${number}`;
    field.setAttribute("aria-describedby", reason.id);
    field.after(reason);
  }
}
