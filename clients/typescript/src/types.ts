/** The words of the control API, from its document; fields have the names that they have there. */
import type { components } from "./control-api.js";

type Schemas = components["schemas"];

/** A request and its response, as the journal has them. */
export type Exchange = Schemas["Exchange"];
/** What is wrong with a request or a response, where, and by which rule of the document. */
export type Violation = Schemas["Violation"];
/** A request that almost matched, and its differences. */
export type NearMiss = Schemas["NearMiss"];
export type FaultRule = Schemas["FaultRule"];
export type ScheduledRequest = Schemas["ScheduledRequest"];
export type Settings = Schemas["Settings"];
export type SettingsChange = Schemas["SettingsChange"];
export type State = Schemas["State"];
export type Snapshot = Schemas["Snapshot"];
/** A record as it shall be (null: deleted), and as it is `expected` to be now (null: there is none). */
export type RecordChange = Schemas["RecordChange"];
/** What the requests of clients have touched of the documents. */
export type Coverage = Schemas["Coverage"];
export type Operation = Schemas["Operation"];
export type Action = Schemas["Action"];
export type Api = Schemas["Api"];
export type Webhook = Schemas["Webhook"];
export type Delivery = Schemas["Delivery"];
/** What a value must be like; a RegExp stands for its `$regex`. */
export type Operators = Schemas["Operators"];

type TextPattern = string | Operators | RegExp;
type Patterns = { [name: string]: TextPattern };
type WithRegExp<T> = Omit<T, "path" | "query" | "headers"> & {
  path?: TextPattern;
  query?: Patterns;
  headers?: Patterns;
};

/** Which requests: all parts that are given have to match. */
export type RequestMatcher = WithRegExp<Schemas["RequestMatcher"]>;
/** Which requests, also by the `status` of their responses and by their `direction`. */
export type ExchangeMatcher = WithRegExp<Schemas["ExchangeMatcher"]>;

/** Which requests a rule applies to: `times` of them (null: all), by `probability`. */
export type Plan = Omit<Schemas["NewFaultRule"], "when" | "then"> & { when?: RequestMatcher };
/** What happens to a request, and to which ones. Delays are in seconds. */
export type Fault = Schemas["FaultAction"] & Plan;
/** One response; what is not given is the document's, or the stand-in's own. */
export type ResponseFields = Schemas["FaultResponse"];
/** What belongs to a response that `respond` plans; `delay` is in seconds. */
export type Stub = Pick<Fault, "status" | "headers" | "delay" | "template"> & Plan;

/** Which exchanges of the journal; in a `path`, `*` is a wildcard. */
export interface Filters {
  api?: string;
  operation?: string;
  method?: string;
  path?: string;
  status?: number;
  valid?: boolean;
  deprecated?: boolean;
  direction?: "incoming" | "outgoing";
  /** Those after so many of the namespace. */
  since?: number;
  number?: number;
}

/** A request that the stand-in makes itself, and when: one of `in`, `at` and `after`. */
export interface Due {
  /** A duration of the namespace's clock, such as "5m". */
  in?: string;
  at?: Date | string;
  /** After so many requests that match. */
  after?: { when?: ExchangeMatcher; times?: number };
  body?: unknown;
  /** With the credentials, if the operation needs some. */
  headers?: { [name: string]: string };
}
