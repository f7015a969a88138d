// Shared by all pages with scripts: DOM elements, and JSON with exact numbers.

/** Create an element with properties (`data-*`, `aria-*` and `role` are attributes) and children. */
export function el(name, properties = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(properties)) {
    if (/-|^role$/.test(key)) element.setAttribute(key, value);
    else element[key] = value;
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

/** Parse JSON; numbers that JavaScript would round stay as they are written. */
export function parse(text) {
  return JSON.parse(text, (_, value, context) =>
    typeof value === "number" && JSON.rawJSON && context && String(value) !== context.source ? JSON.rawJSON(context.source) : value);
}

/** A name as a part of a JSON pointer, and back. */
export const escapeName = name => name.replaceAll("~", "~0").replaceAll("/", "~1");
export const unescapeName = part => part.replaceAll("~1", "/").replaceAll("~0", "~");

/** A number with its noun, in the plural unless it is one: "1 violation", "2 violations". */
export const counted = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;
