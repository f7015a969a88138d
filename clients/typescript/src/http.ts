/** Requests to the control API of one namespace, and its errors. */
import createClient, { type Client, type Middleware } from "openapi-fetch";
import type { components, paths } from "./control-api.js";
import { withOperators } from "./regexp.js";
import type { Violation } from "./types.js";

type Problem = Partial<components["schemas"]["Problem"]>;

/** Milliseconds for one response. */
const TIMEOUT = 30_000;

const TRUST = "the variable NODE_EXTRA_CA_CERTS names, before Node starts, the file of an authority to trust";

/** An error response of the control API: its HTTP `status`, and the server's message. */
export class ControlError extends Error {
  override readonly name = "ControlError";

  constructor(
    readonly status: number,
    message: string,
    readonly violations: readonly Violation[] = [],
  ) {
    super(message);
  }
}

/** Sends requests to the control API of the namespace at a URL. */
export type ControlClient = Client<paths>;

/** Return a client of the namespace at `url`; its requests throw a ControlError for an error response. */
export function controlClient(url: string, token: string | undefined): ControlClient {
  const client = createClient<paths>({
    baseUrl: `${url}/_understudy`,
    headers: token ? { "X-Understudy-Token": token } : {},
    fetch: (request) => fetch(request, { signal: AbortSignal.timeout(TIMEOUT) }),
    bodySerializer: (body) => JSON.stringify(body, withOperators),
  });
  client.use(errors(new URL(url).origin));
  return client;
}

/** Return the body of a response. */
export async function bodyOf<T>(reply: Promise<{ data?: T }>): Promise<Exclude<T, undefined>> {
  return (await reply).data as Exclude<T, undefined>;
}

function errors(origin: string): Middleware {
  return {
    async onResponse({ response }) {
      if (!response.ok) throw errorOf(response.status, await response.text());
    },
    onError({ error }) {
      return new Error(`the stand-in at ${origin} does not respond: ${reasonOf(error)}`, { cause: error });
    },
  };
}

function errorOf(status: number, text: string): ControlError {
  let problem: Problem;
  try {
    problem = JSON.parse(text);
  } catch {
    return new ControlError(status, text);
  }
  const violations = problem.violations ?? [];
  const lines = violations.map(violationLine);
  const detail = problem.detail ?? text;
  if (violations[0] && detail.includes(violations[0].message)) lines[0] = detail; // which says more
  return new ControlError(status, lines.join("; ") || detail, violations);
}

/** Return a violation as one line. */
export function violationLine({ where, at, message }: Violation): string {
  return `${where}${at && ` ${at}`}: ${message}`;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
  return /CERT|LEAF_SIGNATURE/.test(reason) ? `${reason}; ${TRUST}` : reason;
}
