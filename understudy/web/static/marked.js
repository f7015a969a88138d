// JSON as lines, those marked at which something is wrong.

import { el } from "./elements.js";

/** Lines that are shown of one body. */
const MOST = 2000;

/** The value's lines: { text, depth, at }, where `at` is the JSON pointer to what begins there. */
function* lines(value, at = "", depth = 0, name = "", end = "") {
  const leaf = value === null || typeof value !== "object" || JSON.isRawJSON?.(value);
  const open = leaf ? null : Array.isArray(value) ? "[]" : "{}";
  const parts = open ? Object.entries(value) : [];
  if (!parts.length) return void (yield { at, depth, text: name + (open || JSON.stringify(value)) + end });
  yield { at, depth, text: name + open[0] };
  for (const [number, [key, part]] of parts.entries()) {
    const inside = `${at}/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    const comma = number < parts.length - 1 ? "," : "";
    yield* lines(part, inside, depth + 1, open === "{}" ? `${JSON.stringify(key)}: ` : "", comma);
  }
  yield { depth, text: open[1] + end };
}

/** A body with its violations beside the lines where they are; one of what is not there stands at
    what should have it. A `mild` one breaks nothing, but is odd. */
export function marked(value, violations = []) {
  const shown = [];
  for (const line of lines(value)) {
    if (shown.push(line) > MOST) break;
  }
  const cut = shown.length > MOST && shown.pop();
  const byPlace = new Map(shown.filter((line) => line.at !== undefined).map((line) => [line.at, line]));
  for (const one of violations) {
    let at = one.at;
    while (at && !byPlace.has(at)) at = at.slice(0, at.lastIndexOf("/"));
    const line = byPlace.get(at) || shown[0];
    (line.told ||= []).push(at === one.at ? one.message : `${one.at}: ${one.message}`);
    line.kind = one.mild && line.kind !== "wrong" ? "odd" : "wrong";
  }
  const block = el("pre", { className: "json", tabIndex: 0 });
  for (const { text, depth, told, kind = "" } of shown) {
    const inside = [el(told ? "mark" : "span", { className: kind, textContent: text })];
    if (told) inside.push(el("span", { className: "why", textContent: told.join("; ") }));
    block.append(el("span", { className: `row ${kind}` }, "  ".repeat(depth), ...inside, "\n"));
  }
  if (cut) block.append(el("span", { className: "row", textContent: "… and more; copy it to see the whole" }));
  return block;
}
