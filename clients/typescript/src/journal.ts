/** The requests of clients, and assertions about them. */
import { FaultRules, named } from "./fault-rules.js";
import { bodyOf } from "./http.js";
import { AssertionFailedError, exchangeLines, notCalled, notMet } from "./messages.js";
import type { Exchange, ExchangeMatcher, Filters } from "./types.js";
import type { components } from "./control-api.js";

type Matcher = components["schemas"]["ExchangeMatcher"];
/** Which requests, and exactly how many `times`; without it at least one. */
export type Wanted = ExchangeMatcher & { times?: number };
/** Which requests, how many (default: 1), and for how many seconds to wait (default: 5). */
export type Awaited = ExchangeMatcher & { count?: number; timeout?: number };

/** Seconds of one long poll; to wait longer, the client polls again. */
const POLL = 2;
const LONGEST_WAIT = 600;

/** What clients sent, in the whole namespace or to one API. */
export class Journal extends FaultRules {
  /** Return the last exchanges, at most 1,000, oldest first. */
  requests(operation: string, filters?: Filters): Promise<Exchange[]>;
  requests(filters?: Filters): Promise<Exchange[]>;
  async requests(first?: string | Filters, second?: Filters): Promise<Exchange[]> {
    const query = { ...this.query(first, second), limit: 1000 };
    return (await bodyOf(this.connection.client.GET("/requests", { params: { query } }))).requests.reverse();
  }

  /** Return the requests as curl command lines, oldest first; credentials but the default key are `***`. */
  curl(operation: string, filters?: Filters): Promise<string>;
  curl(filters?: Filters): Promise<string>;
  async curl(first?: string | Filters, second?: Filters): Promise<string> {
    const query = { ...this.query(first, second), default_key: true };
    const options = { params: { query }, parseAs: "text" as const };
    return (await bodyOf(this.connection.client.GET("/requests/curl", options))) ?? "";
  }

  /** Return a program that sends the requests again, oldest first; credentials as in `curl`. */
  async code(language: "curl" | "python" | "typescript", filters: Filters = {}): Promise<string> {
    const query = { ...this.query(filters), language, default_key: true };
    const options = { params: { query }, parseAs: "text" as const };
    return (await bodyOf(this.connection.client.GET("/requests/code", options))) ?? "";
  }

  /** Return a line for each exchange, and its violations below it: what a failed test should show. */
  async transcript(filters: Filters = {}): Promise<string> {
    return (await this.requests(filters)).flatMap(exchangeLines).join("\n") || "no requests";
  }

  /**
   * Assert that a request matched, at least once or exactly `times`.
   *
   * A `body` matches what contains it: objects with these fields, arrays with these items in this order.
   * `match` has regular expressions, types and bounds. Throws an AssertionFailedError with the near misses.
   */
  assertCalled(operation: string, wanted?: Wanted): Promise<void>;
  assertCalled(wanted: Wanted): Promise<void>;
  async assertCalled(first: string | Wanted, second?: Wanted): Promise<void> {
    const [operation, { times, ...rest }] = named(first, second);
    const when = this.matcher(operation, rest);
    const result = await bodyOf(this.connection.client.POST("/requests/verify", { body: { when } }));
    if (times === undefined ? !result.count : result.count !== times) {
      throw new AssertionFailedError(notCalled(when, times, result));
    }
  }

  /**
   * Wait until `count` requests match, and return the newest of them, oldest first.
   *
   * Throws an AssertionFailedError with the near misses after `timeout` seconds.
   */
  waitFor(operation: string, wanted?: Awaited): Promise<Exchange[]>;
  waitFor(wanted: Awaited): Promise<Exchange[]>;
  async waitFor(first: string | Awaited, second?: Awaited): Promise<Exchange[]> {
    const [operation, { count = 1, timeout = 5, ...rest }] = named(first, second);
    if (!(timeout >= 0 && timeout <= LONGEST_WAIT)) {
      throw new RangeError(`timeout is in seconds, from 0 to ${LONGEST_WAIT}, not ${timeout}`);
    }
    const when = this.matcher(operation, rest);
    const deadline = performance.now() + timeout * 1000;
    for (;;) {
      const left = Math.min(Math.max(deadline - performance.now(), 0) / 1000, POLL);
      const body = { when, count, timeout: left };
      const result = await bodyOf(this.connection.client.POST("/requests/wait", { body }));
      if (result.met) return result.requests.reverse();
      if (performance.now() >= deadline) throw new AssertionFailedError(notMet(when, count, timeout, result));
    }
  }

  /** Return the exchanges that break the contract. */
  violations(operation: string, filters?: Filters): Promise<Exchange[]>;
  violations(filters?: Filters): Promise<Exchange[]>;
  violations(first?: string | Filters, second?: Filters): Promise<Exchange[]> {
    const [operation, filters] = named(first, second);
    return this.requests({ ...filters, ...(operation ? { operation } : {}), valid: false });
  }

  /** Assert that no exchange breaks the contract. Throws an AssertionFailedError with all violations. */
  async assertNoViolations(): Promise<void> {
    const broken = await this.violations();
    if (broken.length) {
      const lines = ["the client violated the contract:", ...broken.flatMap(exchangeLines)];
      throw new AssertionFailedError(lines.join("\n"));
    }
  }

  private query(first?: string | Filters, second?: Filters): Filters {
    const [operation, filters] = named(first, second);
    return { ...filters, ...this.scope, ...(operation ? { operation } : {}) };
  }

  /** The request's serializer writes regular expressions as operators. */
  private matcher(operation: string | undefined, when: ExchangeMatcher): Matcher {
    return { ...when, ...this.scope, ...(operation ? { operation } : {}) } as Matcher;
  }
}
