// Writes what a person types into a parameter's field as a part of the URL, in the parameter's style:
// a list is typed with commas or as JSON, an object as JSON.

const dividers = { spaceDelimited: "%20", pipeDelimited: "%7C", tabDelimited: "%09" };
const escaped = value => encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value));
const assigned = value => Object.entries(value).map(([name, item]) => `${escaped(name)}=${escaped(item)}`);
const isObject = value => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value that a text is: a list or an object if the parameter can be one, else the text. */
function typed({ types = "", media }, text) {
  const kinds = types.split(" ");
  if (media || !kinds.some(kind => kind === "array" || kind === "object")) return text;
  try {
    const value = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch { /* typed with commas, or no object */ }
  return kinds.includes("array") ? text.split(",") : text;
}
function joined(value, divider, explode) {
  if (Array.isArray(value)) return value.map(escaped).join(divider);
  if (!isObject(value)) return escaped(value);
  return (explode ? assigned(value) : Object.entries(value).flat().map(escaped)).join(divider);
}
function* deep(name, value) {
  if (Array.isArray(value)) for (const item of value) yield `${name}=${escaped(item)}`;
  else if (isObject(value)) for (const [key, item] of Object.entries(value)) yield* deep(`${name}%5B${escaped(key)}%5D`, item);
  else yield `${name}=${escaped(value)}`;
}

/** The text of a path parameter, escaped; `parameter` has its name, style, explode and types. */
export function pathText(parameter, text) {
  const { style, name } = parameter, explode = parameter.explode === "true", value = typed(parameter, text);
  if (style === "label") return `.${joined(value, explode ? "." : ",", explode)}`;
  if (style !== "matrix") return joined(value, ",", explode);
  if (explode && Array.isArray(value)) return value.map(item => `;${escaped(name)}=${escaped(item)}`).join("");
  if (explode && isObject(value)) return assigned(value).map(pair => `;${pair}`).join("");
  return `;${escaped(name)}=${joined(value, ",", false)}`;
}

/** The fields of a query parameter, escaped. */
export function queryFields(parameter, text) {
  const { style } = parameter, explode = parameter.explode === "true", value = typed(parameter, text);
  const name = escaped(parameter.name);
  if (typeof value === "string") return [`${name}=${escaped(value)}`];
  if (style === "deepObject") return [...deep(name, value)];
  if (explode && Array.isArray(value)) return value.map(item => `${name}=${escaped(item)}`);
  if (explode) return Object.entries(value).flatMap(([key, item]) => [item].flat().map(each => `${escaped(key)}=${escaped(each)}`));
  return [`${name}=${joined(value, dividers[style] ?? ",", false)}`];
}
