/**
 * What values of a request must be like, for `assertCalled`, `waitFor` and `when` of plans.
 *
 *     await zep.assertCalled("addUser", { body: { user_id: match.regex("^a"), metadata: match.present } });
 *
 * All are plain JSON, the operators of the control API, so they may stand anywhere in a `body`, and as
 * values of `query`, `headers` and `json_path`, or as the `path`.
 */
import { regexOperator } from "./regexp.js";
import type { Operators } from "./types.js";

type Bound = number | string;

export const match = {
  /** Something is there. */
  present: { $exists: true } as Operators,
  /** Nothing is there. */
  absent: { $exists: false } as Operators,
  /** A text in which a regular expression (without flags, lookaround and references) is found. */
  regex: (pattern: string | RegExp): Operators => 
    typeof pattern === "string" ? { $regex: pattern } : regexOperator(pattern),
  /** A value of a JSON type. */
  type: (name: NonNullable<Operators["$type"]>): Operators => ({ $type: name }),
  /** A number, or a text such as a time, from `least` to `most`, both included. */
  between: (least: Bound, most: Bound): Operators => ({ $gte: least, $lte: most }),
  /** A number, or a text such as a time, that is not less. */
  atLeast: (least: Bound): Operators => ({ $gte: least }),
  /** A number, or a text such as a time, that is not greater. */
  atMost: (most: Bound): Operators => ({ $lte: most }),
  /** A number, or a text such as a time, that is greater. */
  moreThan: (bound: Bound): Operators => ({ $gt: bound }),
  /** A number, or a text such as a time, that is less. */
  lessThan: (bound: Bound): Operators => ({ $lt: bound }),
  /** A value as a whole: objects without other fields, arrays without other items. */
  exactly: (value: unknown): Operators => ({ $eq: value }),
  /** One of some values, each as a whole. */
  oneOf: (...values: unknown[]): Operators => ({ $in: values }),
  /** What does not fit a pattern; also where nothing is there. */
  not: (pattern: unknown): Operators => ({ $not: pattern }),
};
