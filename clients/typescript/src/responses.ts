/** The responses that a test plans. */
import type { AnswerFunction } from "./function-server.js";
import type { ResponseFields } from "./types.js";

/** A response that the stand-in shall give; made by `response`. */
export class StubResponse {
  constructor(readonly fields: ResponseFields) {}
}

/**
 * Return a response that the stand-in shall give. Without a `status` it is a success, without a `body` it
 * has the document's example, without both it is the stand-in's own. `delay` is in seconds.
 */
export function response(fields: ResponseFields = {}): StubResponse {
  return new StubResponse(fields);
}

/**
 * What `respond` takes: a body (JSON); a response, of `response()` or of fetch; an array of both, one for
 * each request, the last one for all others; or a function of the request.
 */
export type Answer = string | number | boolean | null | object | AnswerFunction;

/** Return planned responses as the control API has them. Throws a TypeError for what is none. */
export async function answerFields(answer: Answer): Promise<ResponseFields & { responses?: ResponseFields[] }> {
  if (!Array.isArray(answer)) return responseFields(answer);
  if (answer.length === 0) {
    throw new TypeError("an empty array has no response; if the array is a body, give response({ body: [] })");
  }
  if (answer.some((each) => typeof each === "function")) {
    throw new TypeError("a function answers all requests: give it alone, not in an array");
  }
  return { responses: await Promise.all(answer.map(responseFields)) };
}

/** Return one planned response as the control API has it. */
export async function responseFields(answer: Answer): Promise<ResponseFields> {
  if (answer instanceof StubResponse) return answer.fields;
  if (answer instanceof Response) return fieldsOfFetch(answer);
  return { body: answer };
}

async function fieldsOfFetch(answer: Response): Promise<ResponseFields> {
  const headers = Object.fromEntries(answer.headers);
  const fields = { status: answer.status, headers };
  const text = await answer.clone().text();
  if (!text) return fields;
  return { ...fields, body: headers["content-type"]?.includes("json") ? JSON.parse(text) : text };
}
