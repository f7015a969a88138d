// Shows bodies: JSON as lines in colours, with violations beside the lines they are about.

import { el, escapeName } from "./elements.js";

/** The largest number of lines that are shown of one body. */
const MOST = 2000;

/** The longest text that is not JSON and has colours. */
const LONGEST = 100_000;

/** What highlight.js calls a value that begins so, as it does in the examples of the pages. */
const CLASSES = [[/^"/, "hljs-string"], [/^[-\d]/, "hljs-number"], [/^[tfn]/, "hljs-keyword"]];

/** Yield the value's lines: { name, text, end, depth, at }; `at` is the JSON pointer of the value that
    begins there. */
function* lines(value, at = "", depth = 0, name = "", end = "") {
  const leaf = value === null || typeof value !== "object" || JSON.isRawJSON?.(value);
  const brackets = leaf ? null : Array.isArray(value) ? "[]" : "{}";
  const parts = brackets ? Object.entries(value) : [];
  if (!parts.length) return void (yield { at, depth, name, text: brackets || `${JSON.stringify(value)}`, end });
  yield { at, depth, name, text: brackets[0], end: "" };
  for (const [number, [key, part]] of parts.entries()) {
    const pointer = `${at}/${escapeName(key)}`;
    const comma = number < parts.length - 1 ? "," : "";
    yield* lines(part, pointer, depth + 1, brackets === "{}" ? JSON.stringify(key) : "", comma);
  }
  yield { depth, name: "", text: brackets[1], end };
}

/** The parts of a line, each in its colour. */
function coloured({ name, text, end }) {
  const [, className = ""] = CLASSES.find(([start]) => start.test(text)) ?? [];
  return [...(name ? [el("span", { className: "hljs-attr" }, name), ": "] : []),
    className ? el("span", { className }, text) : text, end];
}

/** A line and what is wrong with it; a mark has its own colour. */
function row({ messages, kind, ...line }) {
  const indent = "  ".repeat(line.depth);
  if (!messages) return el("span", { className: "row" }, indent, el("span", {}, ...coloured(line)), "\n");
  const text = `${line.name && `${line.name}: `}${line.text}${line.end}`;
  return el("span", { className: `row ${kind}` }, indent, el("mark", { className: kind }, text),
    el("span", { className: "why" }, messages.join("; ")), "\n");
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
  const block = el("pre", { className: "json", tabIndex: 0 }, ...shown.map(row));
  if (cut) block.append(el("span", { className: "row", textContent: "… and more; copy it to see all lines" }));
  return block;
}

/** A body that is not JSON; colours.js colours it by its media type. */
export function plain(text, type) {
  const language = /xml|html|yaml|javascript|css/.exec(type ?? "")?.[0];
  const className = language && text.length < LONGEST ? `language-${language}` : "";
  return el("pre", { className: "json", tabIndex: 0 }, el("code", { className }, text));
}
