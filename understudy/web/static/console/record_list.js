// The records of a collection as a table: the columns that say most, page by page, searched.

import { button, el, fill } from "./control_api.js";
import { isObject, isUuid, own, resolved, shapeOf } from "./schemas.js";

/** Rows of a page. */
const PAGE = 50;
const MOST_COLUMNS = 4;
/** The largest number of records that the columns are chosen by. */
const SAMPLE = 50;
/** Characters of a value in the table. */
const MOST_SHOWN = 200;

/** Names of fields that say most about a record, the best first. */
const TELLING = ["name", "title", "username", "label", "email", "first_name", "last_name", "status", "state", "kind", "type", "role",
  "content", "fact", "text", "msg", "message", "summary", "description", "user_id", "userId", "session_id", "agentId", "created_at", "createdAt"];

/**
 * The table of the records of one collection; `entries` are keys with records. It has `search`, which
 * shows the records that have a text, and returns their number.
 */
export function recordList(entries, { name, schema, onEdit, onDelete }) {
  const columns = columnsOf(schema, entries.slice(0, SAMPLE));
  const table = el("table", { className: "stacked" });
  const pages = el("p", { className: "line pages" });
  let found = entries;
  let first = 0;

  function draw() {
    const rows = found.slice(first, first + PAGE).map(([key, record]) => [
      el("code", { className: "cell", title: key, textContent: key.slice(0, MOST_SHOWN) }),
      ...columns.map((path) => cell(valueAt(record, path))),
      el("span", { className: "line" }, button("Edit", () => onEdit(key, record), `Edit ${name} ${key}`),
        button("Delete", () => onDelete(key, record), `Delete ${name} ${key}`)),
    ]);
    const actions = el("span", { className: "sr", textContent: "Actions" });
    fill(table, ["Key", ...columns.map((path) => path.join(".")), actions], rows, "No records.");
    drawPages();
  }

  function drawPages() {
    const last = Math.min(first + PAGE, found.length);
    const turn = (text, to, isOff) => Object.assign(button(text, () => { first = to; draw(); }, `${text} of ${name}`), { disabled: isOff });
    pages.hidden = found.length <= PAGE;
    pages.replaceChildren(turn("Previous page", first - PAGE, first === 0), el("span", { className: "quiet", textContent: `${first + 1} to ${last} of ${found.length}` }),
      turn("Next page", first + PAGE, last === found.length));
  }

  draw();
  // A group, no landmark: several APIs and tenants may have collections of one name.
  const scroll = el("div", { className: "scroll", role: "group", tabIndex: 0, "aria-label": `Records of ${name}` }, table);
  const show = (matching) => { found = matching; first = 0; draw(); };
  return { element: el("div", {}, scroll, pages), show };
}

const texts = new WeakMap();

/** Whether a record or its key has a text, in lower case. */
export function contains([key, record], wanted) {
  if (!texts.has(record)) texts.set(record, `${key}\n${JSON.stringify(record)}`.toLowerCase());
  return texts.get(record).includes(wanted);
}

const valueAt = (record, path) => path.reduce(own, record);

const isScalar = (value) => value !== null && value !== undefined && value !== "" && (typeof value !== "object" || JSON.isRawJSON?.(value));

function cell(value) {
  if (!isScalar(value)) return "";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return el("span", { className: "cell", title: text.slice(0, 1000), textContent: text.slice(0, MOST_SHOWN) });
}

/** Choose the columns: fields of the records, and of objects in them, that have scalars. */
function columnsOf(schema, entries) {
  const paths = new Map(entries.flatMap(([, record]) => pathsOf(record)).map((path) => [path.join("."), path]));
  const useful = [...paths.values()].filter((path) => entries.some(([key, record]) => {
    const value = valueAt(record, path);
    return isScalar(value) && value !== key;
  }));
  return useful.sort((a, b) => rank(schema, a) - rank(schema, b)).slice(0, MOST_COLUMNS);
}

function pathsOf(record) {
  return Object.entries(record).flatMap(([name, value]) =>
    isObject(value) ? Object.keys(value).filter((inner) => !isObject(value[inner])).map((inner) => [name, inner]) : [[name]]);
}

/** The smaller, the more a column says: by its name, whether it is required, and whether it is an id. */
function rank(schema, path) {
  const root = schema || {};
  const at = path.slice(0, -1).reduce((part, name) => shapeOf(root, own(part.properties, name), {}).schema, resolved(root, root));
  const name = path.at(-1);
  const known = TELLING.indexOf(name);
  const found = resolved(root, own(at.properties, name));
  return (known < 0 ? TELLING.length : known) + (at.required?.includes?.(name) ? 0 : 5) + (isUuid(found) || /uuid/i.test(name) ? 40 : 0) + 2 * path.length;
}
