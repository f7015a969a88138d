// Settings of the namespace and of its APIs, the actions of handlers, and the namespaces.

import { $, attempt, button, chosen, el, fill, onSubmit, request } from "./control_api.js";
import { bodyForm, fillForm } from "./body_form.js";
import { escapeName } from "../elements.js";
import { live } from "./live.js";
import { schemaFields } from "./schema_form.js";

const errors = () => el("div", { className: "errors", role: "alert" });
const submit = (text) => el("p", { className: "line" }, el("button", { type: "submit", className: "main", textContent: text }));

const act = (method, path, body) => attempt(async () => {
  await request(method, path, body);
  await refresh();
});

async function showSettings(apis) {
  const { strict, personas, apis: values } = await request("GET", "/settings");
  $("#strict").checked = strict;
  $("#personas").replaceChildren(...apis.filter((api) => api.name in personas).map(({ name, personas: names }) => {
    const select = el("select", {}, ...names.map((persona) => el("option", { textContent: persona })));
    select.value = personas[name];
    select.addEventListener("change", () => act("PATCH", "/settings", { personas: { [name]: select.value } }));
    return el("p", { "data-busy": "" }, el("label", {}, `Persona of ${name} `, select));
  }));
  for (const form of document.querySelectorAll("#api-settings form")) showValues(form, values[form.dataset.api]);
}

/** Fill the form of an API's settings, unless they are the same: what somebody types stays. */
function showValues(form, values) {
  const text = JSON.stringify(values);
  if (form.dataset.values === text) return;
  fillForm(form, { apis: { [form.dataset.api]: values } });
  form.dataset.values = text;
}

/** A form for the settings that an API itself has. */
function settingsForm({ name, settings }, number) {
  const fields = Object.entries(settings).map(([setting, schema]) =>
    schemaFields(schema, `/apis/${escapeName(name)}/${escapeName(setting)}`, setting, { required: true }));
  const form = el("form", { className: "card stack", id: `settings-${number}`, "data-api": name },
    el("h2", { textContent: `Settings of ${name}` }), ...fields, errors(), submit("Save"));
  bodyForm(form, async (body) => {
    await request("PATCH", "/settings", body);
    delete form.dataset.values;  // the form is empty now, and is filled anew
  }, refresh);
  return form;
}

/** A form that calls an action, with its result below. */
function actionForm({ api, name, summary, arguments: schema }, number) {
  const result = el("pre", { className: "json", tabIndex: 0, hidden: true, "aria-label": `Result of ${name}` });
  const tenant = el("div", { className: "field" }, el("label", {}, "Tenant ",
    el("input", { type: "text", name: "/tenant", autocomplete: "off", placeholder: "the only one" })));
  const form = el("form", { className: "stack", id: `action-${number}` },
    schemaFields(schema, "/arguments", ""), tenant, errors(), submit(`Call ${name}`), result);
  bodyForm(form, async (body) => {
    const answer = await request("POST", `/actions/${encodeURIComponent(api)}/${encodeURIComponent(name)}`, body);
    result.textContent = JSON.stringify(answer.result, null, 2);
    result.hidden = false;
  }, refresh);
  return el("details", { className: "action" },
    el("summary", {}, el("code", { textContent: `${api} ${name}` }), ` ${summary}`), form);
}

async function showNamespaces() {
  const namespaces = await request("GET", "/namespaces");
  fill($("#namespaces"), ["Namespace", "Requests", "Tenants", ""], namespaces.map(({ name, requests, tenants }) => [
    el("a", { href: `/_understudy/console/?${new URLSearchParams({ namespace: name })}` }, el("code", { textContent: name })),
    String(requests),
    Object.entries(tenants).map(([api, count]) => `${count} of ${api}`).join(", ") || "none",
    name === "default" ? "" : button("Delete", () => deleteNamespace(name), `Delete ${name}`),
  ]), "No namespaces.");
}

function deleteNamespace(name) {
  if (!confirm(`Delete the namespace ${name} and all its data?`)) return;
  attempt(async () => {
    await request("DELETE", `/namespaces/${encodeURIComponent(name)}`, undefined, { namespace: "default" });
    // A request to the deleted namespace would create it again.
    if (name === chosen) location.assign("/_understudy/console/settings");
    else await refresh();
  });
}

let served = null;

async function refresh() {
  served ||= (await request("GET", "/health")).apis;
  await Promise.all([showSettings(served), showNamespaces()]);
}

/** Make the forms, once: they depend on what is served alone. */
async function makeForms() {
  const apis = await request("GET", "/apis");
  $("#api-settings").append(...apis.filter(({ settings }) => Object.keys(settings).length).map(settingsForm));
  const actions = await request("GET", "/actions");
  $("#actions").append(...actions.map(actionForm));
  if (!actions.length) $("#actions").append(el("p", { className: "quiet", textContent: "No API has actions." }));
}

$("#strict").addEventListener("change", () => act("PATCH", "/settings", { strict: $("#strict").checked }));
// The first request in a namespace creates it.
onSubmit($("#new-namespace"), ({ name }) => request("GET", "/settings", undefined, { namespace: name }), refresh);
attempt(makeForms).then(() => live(refresh, { everywhere: true }));
