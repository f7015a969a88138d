// The calls that make what the form's request needs: the stand-in plans them, and they are sent through
// the API itself, one after the other.
import { el } from "../elements.js";
import { ask, lastExchange, send } from "./http.js";
import { about, bytes, fill, values } from "./request_form.js";

/** Characters of the largest response that is told to the stand-in. */
const MOST_TOLD = 200000;

/** The calls before that of the form; none if nothing has to be made. */
export async function plan() {
  try { return (await ask(about.calls, values()))?.calls ?? []; } catch { return []; }
}

const page = operation => `${about.root}/reference/${encodeURIComponent(about.api)}/?${new URLSearchParams({ operation })}`;
const exchangePage = number => `${about.root}/console/exchange?${new URLSearchParams({ namespace: namespace(), number })}`;
const namespace = () => about.root.match(/^\/_ns\/([^/]+)/)?.[1] ?? "default";

/** What a call does, in words. */
function purpose({ method, makes, summary }) {
  if (!makes) return summary ? `: ${summary}` : "";
  return method === "GET" ? ` finds the ${makes}` : ` creates the ${makes}`;
}

/** A list of calls: what each of them is for, with room for what comes of it. */
function listOf(calls) {
  return el("ol", { className: "planned" }, ...calls.map(call => el("li", {},
    el("a", { href: page(call.operation) }, el("code", {}, call.operation)), `${purpose(call)} `, el("span", { className: "came" }))));
}

/** Tell what came of a call, with a link to the exchange. */
async function tell(place, call, response) {
  const kind = response.ok ? "good" : "bad";
  const exchange = await lastExchange(about.root, about.api, call.operation);
  place.replaceChildren(el("span", { className: `badge ${kind}` }, `${response.status}`), " ",
    ...(exchange ? [el("a", { href: exchangePage(exchange.number), className: "small" }, "exchange")] : []),
    ...(response.ok ? [] : [el("span", { className: "small quiet" }, " refused; it may exist already")]));
}

function told(text) {
  if (text.length > MOST_TOLD) return null;
  try { return JSON.parse(text); } catch { return null; }
}

/** Send the calls, show what comes of each, and put ids that the stand-in drew into the form. Where a
    record exists already, and its id is not known, another one is made. Throws an Error with words for
    people. */
async function make(list) {
  const places = list.querySelectorAll(".came"), responses = [];
  let another = false;
  for (;;) {
    const planned = await ask(about.calls, { ...values(), responses, another });
    if (!planned) throw new Error("The stand-in cannot plan these requests.");
    if (!planned.next) return fill(planned.fields);
    const call = planned.calls[responses.length];
    const { method, url, headers, body } = planned.next;
    const { response, text } = await send(url, { method, headers, body: body && bytes(body) });
    await tell(places[responses.length], call, response);
    const isRefused = call.needed && !response.ok;
    if (isRefused && another) throw new Error(`${call.operation} was refused, and the next request needs what it returns.`);
    another = isRefused;
    if (!another) responses.push(response.ok ? told(text) : null);
  }
}

/** An offer to send the calls: words, the list, and a button; then `after` is called. */
export function offer(words, title, calls, after) {
  const list = listOf(calls);
  const failed = el("p", { className: "why", hidden: true });
  const button = el("button", { type: "button", className: "create" }, title);
  button.addEventListener("click", async () => {
    button.disabled = true;
    failed.hidden = true;
    try {
      await make(list);
      await after();
    } catch (error) {
      failed.textContent = error.message;
      failed.hidden = false;
    } finally { button.disabled = false; }
  });
  return el("div", { className: "note care" }, el("p", {}, ...words), list, el("p", {}, button), failed);
}
