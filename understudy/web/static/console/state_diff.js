// Compares two states by record and field. A general component for differences (jsondiffpatch) was
// looked at: it compares texts and trees, but knows no records, and its markup has inline styles.

import { badge, counted, el, fill } from "./control_api.js";
import { escapeName } from "../elements.js";
import { isObject, own } from "./schemas.js";

/** The largest numbers of records and of fields of a record that are shown. */
const MOST_RECORDS = 300;
const MOST_FIELDS = 100;

const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);

/** The fields in which two values differ, each with its JSON pointer. */
function fieldDifferences(before, after, at = "") {
  if (same(before, after)) return [];
  const isPair = (is) => is(before) && is(after);
  if (!isPair(isObject) && !(isPair(Array.isArray) && before.length === after.length)) return [{ at, before, after }];
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  const part = (value, name) => (Object.hasOwn(value, name) ? value[name] : undefined);
  return [...names].flatMap((name) =>
    fieldDifferences(part(before, name), part(after, name), `${at}/${escapeName(name)}`));
}

/** The collections in which two states differ, with their records: { path, key, before, after }. */
export function differences(before, after) {
  const found = [];
  for (const path of collectionsOf(before, after)) {
    const [old, now] = [before, after].map((state) => own([...path].reduce(own, state.apis || {}), "records") || {});
    const keys = new Set([...Object.keys(old), ...Object.keys(now)]);
    const records = [...keys].map((key) => ({ key, before: own(old, key), after: own(now, key) })).filter((each) => fieldDifferences(each.before, each.after).length);
    if (records.length) found.push({ path, records });
  }
  return found;
}

function collectionsOf(...states) {
  const paths = states.flatMap(({ apis = {} }) => Object.entries(apis).flatMap(([api, tenants]) =>
    Object.entries(tenants).flatMap(([tenant, collections]) => Object.keys(collections).map((name) => [api, tenant, name]))));
  return [...new Map(paths.map((path) => [JSON.stringify(path), path])).values()];
}

/** Two states compared, as an element. */
export function comparison(before, after) {
  const found = differences(before, after);
  if (!found.length) return el("p", { textContent: "The records are the same." });
  let left = MOST_RECORDS;
  const sections = found.map(({ path: [api, tenant, name], records }) => {
    const shown = records.slice(0, left);
    left -= shown.length;
    const rest = records.length - shown.length;
    return el("section", {}, el("h3", { textContent: [name, `of ${api}`, tenant && `tenant ${tenant}`].filter(Boolean).join(", ").replace(",", "") }),
      el("p", { className: "quiet small", textContent: summary(records) }),
      ...shown.map(recordDifference), rest ? el("p", { className: "quiet", textContent: `and ${counted(rest, "other record")}` }) : null);
  });
  return el("div", {}, ...sections);
}

const kindOf = ({ before, after }) => (before === undefined ? "added" : after === undefined ? "removed" : "changed");
const COLOURS = { added: "good", removed: "bad", changed: "care" };

function summary(records) {
  return Object.keys(COLOURS).map((kind) => [records.filter((each) => kindOf(each) === kind).length, kind])
    .filter(([count]) => count).map(([count, kind]) => `${count} ${kind}`).join(", ");
}

function recordDifference(record) {
  const kind = kindOf(record);
  const fields = kind === "changed" ? fieldDifferences(record.before, record.after) : [];
  const names = fields.slice(0, 3).map(({ at }) => at.slice(1)).join(", ") + (fields.length > 3 ? ", …" : "");
  const head = el("summary", {}, badge(kind, COLOURS[kind]), " ", el("code", { textContent: record.key }), names && el("span", { className: "quiet small", textContent: ` ${names}` }));
  const details = el("details", {}, head);
  details.addEventListener("toggle", () => details.append(kind === "changed" ? fieldTable(fields) : whole(record)), { once: true });
  return details;
}

const whole = ({ before, after }) => el("pre", { tabIndex: 0, textContent: JSON.stringify(before ?? after, null, 2) });

function fieldTable(fields) {
  const table = el("table", {});
  const shown = (value) => (value === undefined ? el("span", { className: "quiet", textContent: "none" }) : el("code", { className: "preview", textContent: JSON.stringify(value, null, 1).slice(0, 2000) }));
  fill(table, ["Field", "Before", "After"], fields.slice(0, MOST_FIELDS).map(({ at, before, after }) => [el("code", { textContent: at.slice(1) }), shown(before), shown(after)]), "");
  const rest = fields.length - MOST_FIELDS;
  return el("section", { className: "scroll", tabIndex: 0, "aria-label": "Fields that changed" }, table, rest > 0 ? el("p", { className: "quiet", textContent: `and ${counted(rest, "other field")}` }) : null);
}
