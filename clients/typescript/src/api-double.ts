/** A test double of one API in one namespace. */
import type { Clock } from "./clock.js";
import type { Connection } from "./connection.js";
import { bodyOf } from "./http.js";
import { Journal } from "./journal.js";
import type { Namespace } from "./namespace.js";
import type { NamespaceState } from "./state.js";
import type { Api } from "./types.js";

/** The key that a test uses, if it names no other one. */
const DEFAULT_KEY = "understudy";

/**
 * What an API's client needs (`url`, `apiKey`, `env`), and what a test controls and asserts.
 *
 * `clock`, `state` and `namespace` belong to the namespace.
 */
export class ApiDouble extends Journal {
  readonly name: string;
  /** The base URL of the API in this namespace. */
  readonly url: string;
  readonly apiKey = DEFAULT_KEY;
  readonly clock: Clock;
  readonly state: NamespaceState;

  constructor(
    connection: Connection,
    private readonly api: Api,
    readonly namespace: Namespace,
  ) {
    super(connection, { api: api.name });
    this.name = api.name;
    this.url = connection.url + api.base_path;
    this.clock = namespace.clock;
    this.state = namespace.state;
  }

  /** The environment variables that the clients of this API read, with the values for this namespace. */
  get env(): { [variable: string]: string } {
    const variables = this.api.clients.flatMap((each) => Object.entries(each.environment));
    return Object.fromEntries(variables.map(([name, value]) => [name, this.filled(value)]));
  }

  /** The base URL that each client of this API takes, by its package, version and language. */
  get baseUrls(): { [client: string]: string } {
    const known = this.api.clients.filter((each) => each.base_url !== null);
    return Object.fromEntries(known.map((each) => [each.client, this.filled(each.base_url ?? "")]));
  }

  /** Call an action of the API's handlers with arguments by name, and return its result. */
  async action<T = unknown>(name: string, values: { [name: string]: unknown } = {}): Promise<T> {
    const options = { params: { path: { api: this.name, action: name } }, body: { arguments: values } };
    return (await bodyOf(this.connection.client.POST("/actions/{api}/{action}", options))).result as T;
  }

  /** Plant what the test needs: `plant("fact", {...})` calls the action `plant_fact`. */
  plant<T = unknown>(name: string, values: { [name: string]: unknown } = {}): Promise<T> {
    return this.action<T>(`plant_${name}`, values);
  }

  /** Change the settings of this API that are given, by name, and return all of them. */
  async settings(changes: { [name: string]: unknown } = {}): Promise<{ [name: string]: unknown }> {
    const settings = await this.namespace.settings({ apis: { [this.name]: changes } });
    return settings.apis[this.name] ?? {};
  }

  /** Reset the whole namespace. */
  reset(seed?: string): Promise<void> {
    return this.namespace.reset(seed);
  }

  private filled(text: string): string {
    const values = { "{origin}": this.connection.url, "{url}": this.url, "{key}": this.apiKey };
    return Object.entries(values).reduce((filled, [name, value]) => filled.replaceAll(name, value), text);
  }
}
