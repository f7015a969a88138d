// Shows JSON as lines, with violations beside the lines they are about.

import { el, escapeName } from "./elements.js";

/** The largest number of lines that are shown of one body. */
const MOST = 2000;

/** Yield the value's lines: { text, depth, at }; `at` is the JSON pointer of the value that begins there. */
function* lines(value, at = "", depth = 0, name = "", end = "") {
  const leaf = value === null || typeof value !== "object" || JSON.isRawJSON?.(value);
  const brackets = leaf ? null : Array.isArray(value) ? "[]" : "{}";
  const parts = brackets ? Object.entries(value) : [];
  if (!parts.length) return void (yield { at, depth, text: name + (brackets || JSON.stringify(value)) + end });
  yield { at, depth, text: name + brackets[0] };
  for (const [number, [key, part]] of parts.entries()) {
    const pointer = `${at}/${escapeName(key)}`;
    const comma = number < parts.length - 1 ? "," : "";
    yield* lines(part, pointer, depth + 1, brackets === "{}" ? `${JSON.stringify(key)}: ` : "", comma);
  }
  yield { depth, text: brackets[1] + end };
}

/** A body with its violations. One about a missing value stands at the value that lacks it. A `mild`
    one is a warning. */
export function marked(value, violations = []) {
  const shown = [];
  for (const line of lines(value)) {
    if (shown.push(line) > MOST) break;
  }
  const cut = shown.length > MOST && shown.pop();
  const byPointer = new Map(shown.filter((line) => line.at !== undefined).map((line) => [line.at, line]));
  for (const violation of violations) {
    let at = violation.at;
    while (at && !byPointer.has(at)) at = at.slice(0, at.lastIndexOf("/"));
    const line = byPointer.get(at) || shown[0];
    (line.messages ||= []).push(at === violation.at ? violation.message : `${violation.at}: ${violation.message}`);
    line.kind = violation.mild && line.kind !== "wrong" ? "odd" : "wrong";
  }
  const block = el("pre", { className: "json", tabIndex: 0 });
  for (const { text, depth, messages, kind = "" } of shown) {
    const cells = [el(messages ? "mark" : "span", { className: kind, textContent: text })];
    if (messages) cells.push(el("span", { className: "why", textContent: messages.join("; ") }));
    block.append(el("span", { className: `row ${kind}` }, "  ".repeat(depth), ...cells, "\n"));
  }
  if (cut) block.append(el("span", { className: "row", textContent: "… and more; copy it to see all lines" }));
  return block;
}
