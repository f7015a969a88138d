/**
 * Tests against Understudy, a stand-in for HTTP APIs: start it or connect to it, give each test a namespace,
 * plan responses and faults, move the clock, and assert what was sent.
 */
export { ApiDouble } from "./api-double.js";
export type { Clock, Units } from "./clock.js";
export type { components, operations, paths } from "./control-api.js";
export type { AnswerFunction, StubRequest } from "./function-server.js";
export { ControlError } from "./http.js";
export type { Awaited, Wanted } from "./journal.js";
export { match } from "./match.js";
export { AssertionFailedError } from "./messages.js";
export { Namespace } from "./namespace.js";
export { type Answer, response, type StubResponse } from "./responses.js";
export { StartError, type StartOptions } from "./server-process.js";
export type { NamespaceState } from "./state.js";
export type * from "./types.js";
export { type ConnectOptions, Understudy } from "./understudy.js";
