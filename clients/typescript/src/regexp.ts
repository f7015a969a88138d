/** Regular expressions as the control API takes them. */
import { types } from "node:util";
import type { Operators } from "./types.js";

/** Return the operator for a regular expression. Throws a TypeError if it has flags. */
export function regexOperator(pattern: RegExp): Operators {
  if (pattern.flags) throw new TypeError(`${pattern} has flags; a pattern of the control API can have none`);
  return { $regex: pattern.source };
}

/** Replace regular expressions for JSON.stringify, which would write them as `{}`: that matches any object. */
export function withOperators(_name: string, value: unknown): unknown {
  return types.isRegExp(value) ? regexOperator(value) : value;
}
