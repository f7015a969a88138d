/** A small HTTP server in this process that answers for a stand-in by functions of the test. */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { type Answer, responseFields } from "./responses.js";

/** A client's request, as a function gets it. */
export interface StubRequest {
  api: string;
  operation: string;
  method: string;
  /** Without the namespace. */
  path: string;
  path_parameters: { [name: string]: string };
  /** As it was sent, undecoded. */
  query: string;
  /** By lower-case names. */
  headers: { [name: string]: string };
  /** JSON, or text, or null. */
  body: any;
}

/** Returns what to answer to a request: a response, or the body of a success. */
export type AnswerFunction = (request: StubRequest) => Answer | Promise<Answer>;

/** The header that says what a function threw. */
const ERROR_HEADER = "X-Understudy-Error";

/** Calls a function for each request. It keeps no process alive. */
export class FunctionServer {
  private readonly functions = new Map<string, AnswerFunction>();
  private readonly server = createServer((request, response) => void this.answer(request, response));

  /** Return the URL, which nobody can guess, at which a function answers. */
  async urlOf(answer: AnswerFunction): Promise<string> {
    if (!this.server.listening) {
      this.server.listen(0, "127.0.0.1").unref();
      await once(this.server, "listening");
    }
    const path = `/${randomUUID()}`;
    this.functions.set(path, answer);
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  /** Stop the server. */
  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    try {
      const answer = this.functions.get(request.url ?? "");
      if (!answer) throw new Error("there is no such function any more");
      const fields = await responseFields(await answer((await json(request)) as StubRequest));
      const { status = 200, headers = {}, body, ...others } = fields;
      const [unknown] = Object.keys(others);
      if (unknown) throw new TypeError(`the response of a function has no ${unknown}`);
      const type = body === undefined ? {} : { "content-type": "application/json" };
      response.writeHead(status, { ...type, ...headers }).end(body === undefined ? "" : JSON.stringify(body));
    } catch (error) {
      console.error(error);
      const text = String(error).slice(0, 500).replace(/[^ -~]/g, " ");
      response.writeHead(500, { [ERROR_HEADER]: text }).end();
    }
  }
}
