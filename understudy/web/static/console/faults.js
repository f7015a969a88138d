// Fault rules: those of the namespace, and a form for new ones.

import { $, attempt, badge, button, el, fill, request } from "./control_api.js";
import { bodyForm, fillForm } from "./body_form.js";
import { FieldError } from "./form_fields.js";
import { live } from "./live.js";
import { completeOperations } from "./operations.js";

const form = $("#new-fault");
const json = (value) => el("code", { className: "preview-cell", textContent: JSON.stringify(value) });

const act = (method, path) => attempt(async () => {
  await request(method, path);
  await refresh();
});

function row(fault) {
  const isUsedUp = fault.times !== null && fault.hits >= fault.times;
  const { id, hits, ...rule } = fault;
  return [
    el("span", {}, badge(`fault ${id}`, isUsedUp ? "" : "care"), isUsedUp ? " used up" : ""),
    json(fault.when), json(fault.then),
    fault.times === null ? "always" : String(fault.times), String(hits),
    el("span", { className: "line" },
      button("Copy", () => begin(rule), `Copy fault ${id} to the form`),
      button("Remove", () => act("DELETE", `/faults/${id}`), `Remove fault ${id}`)),
  ];
}

async function refresh() {
  const faults = await request("GET", "/faults");
  const all = faults.length > 1 ? [["", "", "", "", "", button("Remove all", () => act("DELETE", "/faults"))]] : [];
  fill($("#faults"), ["Fault", "Requests", "Action", "Times", "Applied", ""], [...faults.map(row), ...all], "No faults.");
}

/** Fill the form with a rule; as JSON, if it has no fields for some of it. */
function begin(rule) {
  if (rule.probability === 1) delete rule.probability;
  if (!Object.keys(rule.when || {}).length) delete rule.when;
  if (!fillForm(form, rule)) {
    form.querySelector(".json-switch").click();
    form.querySelector(".as-json textarea").value = JSON.stringify(rule, null, 2);
  }
  $("#new-title").scrollIntoView();
  form.querySelector("input:not([hidden]), textarea").focus();
}

form.addEventListener("click", ({ target }) => {
  if (!target.dataset.preset) return;
  const { value: operation } = form.elements["/when/operation"];
  const { value: api } = form.elements["/when/api"];
  const when = Object.fromEntries(Object.entries({ operation, api }).filter(([, value]) => value));
  begin({ when, ...JSON.parse(target.dataset.preset) });
});

/** Plan a rule, if it says what happens: an empty form has no field that the control API could name. */
async function plan(rule) {
  if (rule.then === undefined) throw new FieldError("/then/status", "Say what happens: give a status, a body, a header, a delay or another action.");
  try {
    await request("POST", "/faults", rule);
  } catch (error) {
    if (error.message.includes("`allow_invalid`")) error.violations.push({ where: "body", at: "/allow_invalid", message: "Tick this to send the response all the same." });
    throw error;
  }
}

bodyForm(form, plan, refresh);
attempt(() => completeOperations(form, "/when")).then(() => {
  if (location.hash.startsWith("#{") || location.hash.startsWith("#%7B")) attempt(() => begin(JSON.parse(decodeURIComponent(location.hash.slice(1)))));
});
live(refresh);
