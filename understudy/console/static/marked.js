// understudy.marked(value, violations): a <pre> of JSON, in which what is wrong is marked at its
// place, with the reason beside it. A violation has `at` (a JSON pointer) and `message`.
"use strict";
window.understudy ??= {};
understudy.marked = (value, violations) => {
  const reasons = new Map();
  for (const each of violations) reasons.set(each.at, [...(reasons.get(each.at) ?? []), each.message]);
  const pre = document.createElement("pre");
  pre.tabIndex = 0;
  const escape = step => String(step).replaceAll("~", "~0").replaceAll("/", "~1");
  const put = text => pre.append(text);

  function open(text, at) {  // a value, or the bracket that begins it
    if (!reasons.has(at)) return put(text);
    const mark = Object.assign(document.createElement("mark"), { className: "wrong", textContent: text });
    const why = Object.assign(document.createElement("span"), { className: "why" });
    why.textContent = `  \u2190 ${reasons.get(at).join("; ")}`;
    pre.append(mark, why);
    reasons.delete(at);
  }
  function tell(value, at, indent) {
    if (value === null || typeof value !== "object" || !Object.keys(value).length) {
      return open(JSON.stringify(value), at);
    }
    const isList = Array.isArray(value);
    const inner = indent + "  ";
    open(isList ? "[" : "{", at);
    Object.entries(value).forEach(([key, part], number) => {
      put(`${number ? "," : ""}\n${inner}${isList ? "" : `${JSON.stringify(key)}: `}`);
      tell(part, `${at}/${escape(key)}`, inner);
    });
    put(`\n${indent}${isList ? "]" : "}"}`);
  }
  tell(value, "", "");
  return pre;
};
