/** The fault rules of a namespace: responses that a test plans, and faults. */
import { bodyOf, ControlError } from "./http.js";
import type { Connection } from "./connection.js";
import type { AnswerFunction } from "./function-server.js";
import { type Answer, answerFields } from "./responses.js";
import type { Fault, FaultRule, Stub } from "./types.js";
import type { components } from "./control-api.js";

type NewFaultRule = components["schemas"]["NewFaultRule"];

/** Plans responses and faults, in the whole namespace or for one API. */
export class FaultRules {
  constructor(
    protected readonly connection: Connection,
    /** What all requests that are meant have: the API, or nothing. */
    protected readonly scope: { api?: string },
  ) {}

  /**
   * Answer requests by a response of the test's own, until the rule is removed, or the next `times` requests.
   *
   * `answer` is a body (JSON); a response, of `response()` or of fetch; an array of both, one for each request,
   * the last one for all others (a body that is an array: `response({ body: [...] })`); or a function of the
   * request. Returns the id of the rule. Throws a ControlError if the document does not allow the response
   * and `allow_invalid` is not set.
   */
  async respond(operation: string | null, answer?: Answer, stub: Stub = {}): Promise<string> {
    if (answer === undefined && stub.status === undefined) {
      throw new TypeError("respond() needs an answer, or a status that the document has a body for");
    }
    try {
      return await this.addRule(operation ?? undefined, { ...(await this.planned(answer)), ...stub });
    } catch (error) {
      if (Array.isArray(answer) && error instanceof ControlError) {
        error.message += "\n(an array is one response after the other; one body: response({ body: [...] }))";
      }
      throw error;
    }
  }

  /** Make requests fail, or answer late, until the rule is removed. Returns the id of the rule. */
  fail(operation: string, fault: Fault): Promise<string>;
  fail(fault: Fault): Promise<string>;
  fail(first: string | Fault, second?: Fault): Promise<string> {
    return this.addRule(...named(first, second));
  }

  /** Make the next request fail, or the next `times` requests. Returns the id of the rule. */
  failNext(operation: string, fault: Fault): Promise<string>;
  failNext(fault: Fault): Promise<string>;
  failNext(first: string | Fault, second?: Fault): Promise<string> {
    const [operation, fault] = named(first, second);
    return this.addRule(operation, { times: 1, ...fault });
  }

  /** Return the fault rules of the namespace, each with its `hits`. */
  faults(): Promise<FaultRule[]> {
    return bodyOf(this.connection.client.GET("/faults"));
  }

  /** Remove a fault rule. */
  async removeFault(id: string): Promise<void> {
    await this.connection.client.DELETE("/faults/{id}", { params: { path: { id } } });
  }

  /** Remove all fault rules of the namespace. */
  async clearFaults(): Promise<void> {
    await this.connection.client.DELETE("/faults");
  }

  private async planned(answer: Answer | undefined): Promise<Fault> {
    if (answer === undefined) return {};
    if (typeof answer === "function") {
      return { callback_url: await this.connection.urlOf(answer as AnswerFunction) };
    }
    return answerFields(answer);
  }

  private async addRule(operation: string | undefined, fault: Fault): Promise<string> {
    const { when, times = null, probability, seed, allow_invalid, ...then } = fault;
    const scoped = { ...when, ...this.scope, ...(operation ? { operation } : {}) };
    const body = { when: scoped, then, times, probability, seed, allow_invalid } as NewFaultRule;
    return (await bodyOf(this.connection.client.POST("/faults", { body }))).id;
  }
}

/** Return the operation and the options of a call that may have only options. */
export function named<T extends object>(first: string | T | undefined, second?: T): [string | undefined, T] {
  return typeof first === "object" ? [undefined, first] : [first, second ?? ({} as T)];
}
