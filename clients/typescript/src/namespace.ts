/// <reference lib="esnext.disposable" preserve="true" />
/** A namespace of a stand-in: its own state, clock, faults and journal. */
import { ApiDouble } from "./api-double.js";
import { Clock, timeText } from "./clock.js";
import type { Connection } from "./connection.js";
import { bodyOf, ControlError } from "./http.js";
import { Journal } from "./journal.js";
import { AssertionFailedError } from "./messages.js";
import { NamespaceState } from "./state.js";
import { unmetPlans } from "./unmet-plans.js";
import type {
  Action,
  Api,
  Coverage,
  Delivery,
  Due,
  Operation,
  ScheduledRequest,
  Settings,
  SettingsChange,
  Webhook,
} from "./types.js";
import type { components } from "./control-api.js";

type NewScheduledRequest = components["schemas"]["NewScheduledRequest"];
/** The `api`, if several have a webhook of the name, and the `secret` that signs it. */
type Signing = Omit<components["schemas"]["WebhookUrl"], "url">;
type Method = components["schemas"]["RequestToMake"]["method"];

/** Controls and inspects one namespace: all of its APIs. */
export class Namespace extends Journal {
  readonly clock: Clock;
  readonly state: NamespaceState;

  constructor(
    connection: Connection,
    private readonly apis: readonly Api[],
  ) {
    super(connection, {});
    this.clock = new Clock(connection.client);
    this.state = new NamespaceState(connection.client);
  }

  get name(): string {
    return this.connection.name;
  }

  /** The URL of the namespace; the paths of its APIs begin after it. */
  get url(): string {
    return this.connection.url;
  }

  /** Return one of its APIs, such as "zep". Throws a RangeError if it is not served. */
  api(name: string): ApiDouble {
    const api = this.apis.find((each) => each.name === name);
    if (!api) {
      const served = this.apis.map((each) => each.name).join(", ") || "none";
      throw new RangeError(`the server at ${this.connection.origin} has no API '${name}'; it has ${served}`);
    }
    return new ApiDouble(this.connection, api, this);
  }

  /** Delete state, settings, faults, scheduled requests, snapshots and journal; set the clock to real time. */
  async reset(seed?: string): Promise<void> {
    await this.connection.client.POST("/reset", { body: seed === undefined ? {} : { seed } });
  }

  /** Change the settings that are given, such as `{ strict: true }`, and return all of them. */
  settings(changes: SettingsChange = {}): Promise<Settings> {
    return bodyOf(this.connection.client.PATCH("/settings", { body: changes }));
  }

  /** Schedule a request that the stand-in makes itself. Returns its id. */
  async schedule(method: Method, path: string, due: Due): Promise<string> {
    const { body: content, headers, at, ...when } = due;
    const request = { method, path, headers, body: content };
    const time = at === undefined ? {} : { at: timeText(at) };
    const body = { ...when, ...time, request } as NewScheduledRequest;
    return (await bodyOf(this.connection.client.POST("/schedule", { body }))).id;
  }

  /** Return the scheduled requests; the `status` of one that was not made yet is null. */
  scheduled(): Promise<ScheduledRequest[]> {
    return bodyOf(this.connection.client.GET("/schedule"));
  }

  /** Return the operations of all APIs, or of one, in the order of their documents. */
  operations(api?: string): Promise<Operation[]> {
    return bodyOf(this.connection.client.GET("/operations", { params: { query: { api } } }));
  }

  /** Return what the requests of clients have touched; of one operation also what they have not. */
  coverage(query: { api?: string; operation?: string } = {}): Promise<Coverage> {
    return bodyOf(this.connection.client.GET("/coverage", { params: { query } }));
  }

  /** Return the actions of all APIs, with the JSON Schema of their arguments. */
  actions(): Promise<Action[]> {
    return bodyOf(this.connection.client.GET("/actions"));
  }

  /** Return the webhooks of all documents, and where each is sent to. */
  webhooks(): Promise<Webhook[]> {
    return bodyOf(this.connection.client.GET("/webhooks"));
  }

  /** Set the address that a webhook is sent to; null removes it. Returns the secret that signs it, or null. */
  async setWebhookUrl(name: string, url: string | null, more: Signing = {}): Promise<string | null> {
    const options = { params: { path: { name } }, body: { url, ...more } };
    return (await bodyOf(this.connection.client.PUT("/webhooks/{name}", options))).secret;
  }

  /** Send a webhook in the background; `waitFor` waits for the exchange. */
  async sendWebhook(name: string, body: components["schemas"]["WebhookToSend"] = {}): Promise<void> {
    await this.connection.client.POST("/webhooks/{name}", { params: { path: { name } }, body });
  }

  /** Return the callbacks and webhooks that are under way. */
  deliveries(): Promise<Delivery[]> {
    return bodyOf(this.connection.client.GET("/deliveries"));
  }

  /** Assert that all plans were met: fault rules, stubs and scheduled requests. Throws an AssertionFailedError. */
  async assertPlansMet(): Promise<void> {
    const lines = unmetPlans(await this.faults(), await this.scheduled());
    if (lines.length) throw new AssertionFailedError(["planned but never met:", ...lines].join("\n"));
  }

  /** Delete the namespace with all its data; `default` stays. */
  async close(): Promise<void> {
    this.connection.close();
    try {
      await this.connection.client.DELETE("/namespaces/{name}", { params: { path: { name: this.name } } });
    } catch (error) {
      if (!(error instanceof ControlError && error.status === 404)) throw error;
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
