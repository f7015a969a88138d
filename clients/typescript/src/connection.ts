/** The connection to one namespace of a stand-in. */
import { controlClient, type ControlClient } from "./http.js";
import { type AnswerFunction, FunctionServer } from "./function-server.js";

const LOOPBACK = /^(localhost|.*\.localhost|127\.[\d.]+|\[::1\])$/;

/** Holds what all parts of a namespace use: its URL, the client of its control API, and functions that answer. */
export class Connection {
  readonly url: string;
  readonly client: ControlClient;
  private functions: FunctionServer | undefined;

  constructor(
    readonly origin: string,
    readonly name: string,
    token: string | undefined,
  ) {
    this.url = `${origin}/_ns/${name}`;
    this.client = controlClient(this.url, token);
  }

  /** Return the URL at which a function answers. Throws an Error if the stand-in cannot call it. */
  urlOf(answer: AnswerFunction): Promise<string> {
    const host = new URL(this.origin).hostname;
    if (!LOOPBACK.test(host)) {
      throw new Error(
        `the stand-in at ${host} cannot call a function of this process; only one on this machine can`,
      );
    }
    this.functions ??= new FunctionServer();
    return this.functions.urlOf(answer);
  }

  /** Answer by functions no more. */
  close(): void {
    this.functions?.close();
    this.functions = undefined;
  }
}
