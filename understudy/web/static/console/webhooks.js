// Webhooks: their addresses, sending them, what is under way, and what was delivered.

import { $, attempt, badge, button, clockTime, el, fill, pageAddress, request } from "./control_api.js";
import { bodyForm, fillForm } from "./body_form.js";
import { live } from "./live.js";

/** The largest number of exchanges that are listed. */
const MOST = 50;

let webhooks = [];
/** The webhook that the forms are about. */
let current = null;
let timer = null;

const code = (textContent) => el("code", { className: "value", textContent });
const path = () => `/webhooks/${encodeURIComponent(current.name)}`;

/** Open a form for a webhook. */
function open(form, webhook, body) {
  for (const each of [$("#address"), $("#send")]) each.hidden = each !== form;
  current = webhook;
  fillForm(form, body);
  form.querySelector("h2").textContent = `${form.id === "send" ? "Send" : "Address of"} ${webhook.name} of ${webhook.api}`;
  form.querySelector("input").focus();
}

const webhookRow = (webhook) => [
  webhook.api, code(webhook.name),
  webhook.url ? code(webhook.url) : el("span", { className: "quiet", textContent: "no address" }),
  webhook.secret ? code(webhook.secret) : el("span", { className: "quiet", textContent: "not signed" }),
  el("span", { className: "line" },
    button("Set address", () => open($("#address"), webhook, { url: webhook.url }), `Set address of ${webhook.name}`),
    button("Send", () => open($("#send"), webhook, {}), `Send ${webhook.name}`)),
];

async function showWebhooks() {
  webhooks = await request("GET", "/webhooks");
  fill($("#webhooks"), ["API", "Webhook", "Address", "Secret", ""], webhooks.map(webhookRow), "No document has webhooks.");
}

const attempts = (list) => el("ul", {}, ...list.map(({ at, status, error }) => el("li", {}, clockTime(at), ` ${error || status}`)));

/** Show what is under way, and again each second as long as there is something. */
async function showDeliveries() {
  const deliveries = await request("GET", "/deliveries");
  fill($("#deliveries"), ["API", "Operation", "Address", "Failed attempts", "Next attempt"], deliveries.map((delivery) => [
    delivery.api, code(delivery.operation), code(delivery.url),
    delivery.attempts.length ? attempts(delivery.attempts) : "none",
    delivery.next_at ? clockTime(delivery.next_at) : "now",
  ]), "Nothing is under way.");
  clearTimeout(timer);
  if (deliveries.length) timer = setTimeout(() => document.hidden || showDeliveries().catch(() => {}), 1000);
}

/** The headers that sign an exchange. */
const signatures = ({ headers }) => Object.keys(headers).filter((name) => /signature/i.test(name));

function outgoingRow(exchange) {
  const { request: sent, response } = exchange;
  const webhook = webhooks.find(({ api, operation }) => api === exchange.api && operation === exchange.operation);
  const failed = exchange.error || response.status >= 400;
  return [
    el("a", { href: pageAddress("exchange", { namespace: exchange.namespace, number: exchange.number }) }, clockTime(exchange.at)),
    exchange.api, code(exchange.operation), code(exchange.origin + sent.path),
    el("span", {}, badge(response.status || (exchange.attempts ? "failed" : "not sent"), failed ? "bad" : "good"), exchange.error ? ` ${exchange.error}` : ""),
    String(exchange.attempts),
    signatures(sent).length ? code(signatures(sent).join(", ")) : "none",
    webhook ? button("Send again", () => open($("#send"), webhook, { url: exchange.origin + sent.path, body: sent.body }), `Send exchange ${exchange.number} again`) : "",
  ];
}

async function showOutgoing() {
  const { requests } = await request("GET", `/requests?direction=outgoing&limit=${MOST}`);
  fill($("#outgoing"), ["Time", "API", "Operation", "Address", "Status", "Attempts", "Signature", ""], requests.map(outgoingRow), "No callbacks or webhooks were sent.");
}

async function refresh() {
  await showWebhooks();
  await Promise.all([showDeliveries(), showOutgoing()]);
}

bodyForm($("#address"), async (body) => {
  const { url, secret } = await request("PUT", path(), { api: current.api, ...body });
  $("#sent").replaceChildren(`${current.name} ${url ? `is sent to ${url}` : "has no address now"}.`, ...(url && secret ? [" Its secret: ", code(secret)] : []));
  $("#address").hidden = true;
}, refresh);
bodyForm($("#send"), async (body) => {
  const { url } = await request("POST", path(), { api: current.api, ...body });
  $("#sent").textContent = `${current.name} is on its way to ${url}.`;
}, refresh);
$("#address .cancel").addEventListener("click", () => { $("#address").hidden = true; });
live(refresh);
