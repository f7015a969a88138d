// Settings of the namespace and of its APIs, the actions of handlers, and the namespaces.

import { $, attempt, button, chosen, el, fill, onSubmit, request, showError } from "./control_api.js";
import { escapeName } from "../elements.js";
import { live } from "./live.js";
import { schemaForm, WrongInput } from "./schema_form.js";

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
  for (const [name, show] of settingsForms) show(values[name]);
}

/** How the forms of APIs show the values of their settings, by the names of the APIs. */
const settingsForms = new Map();

/** A form for the settings that an API itself has. */
function settingsForm({ name, settings }) {
  const fields = el("div");
  let parts = {};
  let shown = "";
  settingsForms.set(name, (values) => {
    if (shown === JSON.stringify(values)) return;  // what somebody types stays
    shown = JSON.stringify(values);
    parts = Object.fromEntries(Object.entries(settings).map(([setting, schema]) => [setting, schemaForm(schema, values[setting], { name: setting })]));
    fields.replaceChildren(...Object.values(parts).map(({ element }) => element));
  });
  const form = el("form", { className: "card" }, el("h2", { textContent: `Settings of ${name}` }), fields, errors(), submit("Save"));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, parts, `/apis/${escapeName(name)}`, async (values) => {
      await request("PATCH", "/settings", { apis: { [name]: values } });
      shown = "";
    });
  });
  return form;
}

/** Send the values of the parts of a form, by their names; `at` is the pointer to them. Until the
    response is there nothing can be typed: then the values are shown anew. */
async function send(form, parts, at, action) {
  const focused = document.activeElement;
  showError(null, form.querySelector(".errors"));
  try {
    const values = Object.fromEntries(Object.entries(parts).map(([name, part]) => [name, part.read()]).filter(([, value]) => value !== undefined));
    form.inert = true;
    await action(values);
  } catch (error) {
    form.inert = false;
    return error instanceof WrongInput || showRefusal(form, parts, at, error);
  }
  form.inert = false;
  focused.focus();
  return attempt(refresh);
}

/** Show the violations of an error at their fields, and the others below the form. */
function showRefusal(form, parts, at, error) {
  const { violations = [] } = error;
  const others = Object.entries(parts).reduce((rest, [name, part]) => part.show(rest, `${at}/${escapeName(name)}`), violations);
  const message = others.map((each) => `${each.at} ${each.message}`.trim()).join("; ");
  if (others.length || !violations.length) showError(others.length ? { message } : error, form.querySelector(".errors"));
  form.querySelector("[aria-invalid]")?.focus();
}

/** The parts of a text; what is between backticks is code. */
const coded = (text) => text.split("`").map((part, number) => (number % 2 ? el("code", { textContent: part }) : part));

/** A form that calls an action, with its result below. */
function actionForm({ api, name, summary, arguments: schema }) {
  const result = el("pre", { className: "json", tabIndex: 0, hidden: true, "aria-label": `Result of ${name}` });
  const tenant = schemaForm({ type: "string", description: "Needed only where there are several" }, undefined, { name: "Tenant" });
  const parts = { arguments: schemaForm(schema, undefined), tenant };
  const form = el("form", {}, parts.arguments.element, tenant.element, errors(), submit(`Call ${name}`), result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(form, parts, "", async (body) => {
      const answer = await request("POST", `/actions/${encodeURIComponent(api)}/${encodeURIComponent(name)}`, body);
      result.textContent = JSON.stringify(answer.result, null, 2);
      result.hidden = false;
    });
  });
  return el("details", { className: "action" },
    el("summary", {}, el("code", { textContent: `${api} ${name}` }), " ", ...coded(summary)), form);
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
