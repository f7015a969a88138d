/** What failed assertions say. */
import { inspect } from "node:util";
import { violationLine } from "./http.js";
import type { Exchange, ExchangeMatcher, NearMiss } from "./types.js";

/** Characters of a value in a message. */
const LONGEST = 300;

/** A failed assertion about the requests of a namespace; its message names the near misses. */
export class AssertionFailedError extends Error {
  override readonly name = "AssertionFailedError";
}

interface Result {
  count: number;
  near: NearMiss[];
}

/** Return the message of a failed `assertCalled`. */
export function notCalled(when: ExchangeMatcher, wanted: number | undefined, result: Result): string {
  const expected = wanted === undefined ? "at least once" : times(wanted);
  const actual = times(result.count);
  const first = `expected ${description(when)} to be called ${expected}, but it was called ${actual}`;
  return [first, ...result.near.flatMap(nearMiss)].join("\n");
}

/** Return the message of a failed `waitFor`. */
export function notMet(when: ExchangeMatcher, wanted: number, seconds: number, result: Result): string {
  const found = `${result.count} of ${wanted} expected requests matched`;
  const first = `${found} ${description(when)} within ${seconds} seconds`;
  return [first, ...result.near.flatMap(nearMiss)].join("\n");
}

/** Return an exchange as one line, and its violations below it. */
export function exchangeLines(exchange: Exchange): string[] {
  return [exchangeLine(exchange), ...exchange.violations.map((each) => `  ${violationLine(each)}`)];
}

/** Return the lines about a request that almost matched. */
function nearMiss({ request, differences }: NearMiss): string[] {
  const lines = differences.map((each) => {
    const got = "got" in each ? excerpt(each.got) : "nothing";
    const note = each.note ? `${each.note}: ` : "";
    return `  ${each.where}: ${note}wanted ${excerpt(each.wanted)}, got ${got}`;
  });
  return ["", `near miss: ${exchangeLine(request)}`, ...lines];
}

function exchangeLine(exchange: Exchange): string {
  const { at, operation, request, response, origin, took_us, fault, recording, error } = exchange;
  const query = request.query && `?${request.query}`;
  const notes = (fault ? ` [fault ${fault}]` : "") + (recording ? ` [${recording}]` : "");
  return (
    `${at.slice(11, 26)} ${operation ?? "no operation"}: ${request.method} ${origin}${request.path}${query}` +
    ` -> ${response.status} (${(took_us / 1000).toFixed(1)} ms)${notes}${error && `: ${error}`}`
  );
}

function description({ operation = "a request", api: _, ...rest }: ExchangeMatcher): string {
  const parts = Object.entries(rest).filter(([, value]) => value !== undefined);
  const shown = parts.map(([name, value]) => `${name}: ${excerpt(value)}`).join(", ");
  return shown ? `${operation} with ${shown}` : operation;
}

function times(number: number): string {
  return number === 1 ? "once" : `${number} times`;
}

/** Return a value as it is written in code, shortened. */
export function excerpt(value: unknown): string {
  const text = inspect(value, { depth: 10, breakLength: Infinity, compact: true });
  return text.length <= LONGEST ? text : `${text.slice(0, LONGEST)}...`;
}
