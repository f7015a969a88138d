/// <reference lib="esnext.disposable" preserve="true" />
/** A stand-in for tests: a server that is started, or one that runs already. */
import { randomUUID } from "node:crypto";
import { Connection } from "./connection.js";
import { bodyOf, controlClient } from "./http.js";
import { Namespace } from "./namespace.js";
import { ServerProcess, type StartOptions } from "./server-process.js";
import type { Api } from "./types.js";

/** How to connect to a server. */
export interface ConnectOptions {
  /** The token of `serve --token`; default: the variable UNDERSTUDY_TOKEN. */
  token?: string;
}

const NAME = /^[A-Za-z0-9._-]{1,100}$/;

/**
 * A running stand-in.
 *
 *     const server = await Understudy.start();
 *     const namespace = await server.namespace();
 *     const zep = namespace.api("zep");
 */
export class Understudy {
  private constructor(
    /** Its origin, such as http://127.0.0.1:3000. */
    readonly origin: string,
    /** The APIs that it serves. */
    readonly apis: readonly Api[],
    private readonly token: string | undefined,
    private readonly server?: ServerProcess,
  ) {}

  /** Start a server on a free port: `understudy serve`. Throws a StartError with the server's message. */
  static async start(options: StartOptions = {}): Promise<Understudy> {
    const server = await ServerProcess.start(options);
    try {
      return new Understudy(server.origin, await apisOf(server.origin, undefined), undefined, server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  /**
   * Use a server that runs already, by default that of the variable UNDERSTUDY_URL. `close` does not stop it.
   */
  static async connect(url = process.env["UNDERSTUDY_URL"], options: ConnectOptions = {}): Promise<Understudy> {
    if (!url) throw new TypeError("give the URL of a stand-in, or set UNDERSTUDY_URL");
    const origin = new URL(url).origin;
    const token = options.token ?? process.env["UNDERSTUDY_TOKEN"];
    return new Understudy(origin, await apisOf(origin, token), token);
  }

  /**
   * Return a namespace: without a name, a new one for one test, in which the same requests get the same ids in
   * every run.
   */
  async namespace(name?: string): Promise<Namespace> {
    if (name !== undefined && !NAME.test(name)) {
      throw new RangeError(`the name of a namespace has 1 to 100 letters, digits and . _ -, not '${name}'`);
    }
    const connection = new Connection(this.origin, name ?? `test-${randomUUID()}`, this.token);
    const namespace = new Namespace(connection, this.apis);
    if (name === undefined) await namespace.reset("test");
    return namespace;
  }

  /** Stop the server, if it was started here. */
  async close(): Promise<void> {
    await this.server?.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

async function apisOf(origin: string, token: string | undefined): Promise<Api[]> {
  const apis: unknown = await bodyOf(controlClient(origin, token).GET("/apis"));
  if (!Array.isArray(apis)) throw new Error(`${origin} has no stand-in`);
  return apis;
}
