// A form that builds the body of a request to the control API from parts, or takes it as JSON; and
// shows what the control API says of it at the fields.
//
//   select[data-cases=NAME]        shows, and sends, the parts [data-of=NAME] whose data-case has its value
//   [data-map=POINTER]             rows of names and values, made of its template
//   [data-list=POINTER]            items, made of its template, in which names begin with the pointer and /0
//   .json-switch, .as-json, .preview   the switch to JSON, its text, and what will be sent

import { attempt, showError } from "./control_api.js";
import { clearViolations, markFields, unfold } from "./field_errors.js";
import { bodyOf, FieldError, requireFields, setField, takes, valueAt } from "./form_fields.js";
import { parse } from "../elements.js";
import { marked } from "../marked.js";

/** Prepare a form; `send` gets its body when it is submitted, and `done` is called after that. */
export function bodyForm(form, send, done) {
  form.noValidate = true;  // the control API says more
  form.addEventListener("change", () => showCases(form));
  form.addEventListener("input", () => preview(form));
  form.addEventListener("click", ({ target }) => press(form, target));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit(form, send, done);
  });
  resetForm(form);
}

/** Empty a form, and leave JSON. */
function resetForm(form) {
  if (isJson(form)) showAsJson(form, false);
  form.reset();
  for (const row of form.querySelectorAll(".row-of-form")) row.remove();
  clearViolations(form);
  showCases(form);
}

/** Send the body. Until the response is there nothing can be typed, which the reset would delete. */
async function submit(form, send, done) {
  clearViolations(form);
  const focused = document.activeElement;
  try {
    if (!isJson(form)) requireFields(form);
    const body = currentBody(form);
    form.inert = true;
    await send(body);
  } catch (error) {
    form.inert = false;
    return showErrors(form, error);
  }
  form.inert = false;
  resetForm(form);
  focused.focus();
  await attempt(done);
}

const isJson = (form) => form.querySelector(".json-switch")?.getAttribute("aria-pressed") === "true";

/** The body as the form says it now, by its parts or as JSON. */
function currentBody(form) {
  if (!isJson(form)) return bodyOf(form);
  try {
    return parse(form.querySelector(".as-json textarea").value);
  } catch (error) {
    throw new FieldError("", `This is not JSON: ${error.message}`);
  }
}

function press(form, target) {
  const at = target.dataset.add;
  if (at) addRow(form.querySelector(`[data-map="${at}"], [data-list="${at}"]`)).querySelector("input, select, textarea").focus();
  else if (target.matches(".remove-row")) removeRow(target.closest(".row-of-form"));
  else if (target.matches(".json-switch")) switchJson(form);
  else return;
  showCases(form);
}

/** Add a row or an item, and return it. */
function addRow(list) {
  list.append(list.querySelector("template").content.cloneNode(true));
  renumber(list);
  return list.lastElementChild;
}

function removeRow(row) {
  const list = row.parentElement;
  row.remove();
  renumber(list);
  list.parentElement.querySelector("[data-add]").focus();
}

/** Name the fields of items by the items' positions. */
function renumber(list) {
  const at = list.dataset.list;
  if (!at) return;
  for (const [position, item] of [...list.querySelectorAll(":scope > .row-of-form")].entries()) {
    item.dataset.object = `${at}/${position}`;
    item.querySelector("legend").textContent = `Response ${position + 1}`;
    for (const field of item.querySelectorAll("[name]")) field.name = `${at}/${position}${field.name.slice(at.length).replace(/^\/\d+/, "")}`;
  }
}

/** Show the parts that the choices ask for; the others are hidden, and send nothing. */
function showCases(form) {
  for (const select of form.querySelectorAll("select[data-cases]")) {
    const scope = select.closest(".row-of-form") || form;
    for (const part of scope.querySelectorAll(`[data-of=${select.dataset.cases}]`)) {
      part.hidden = !part.dataset.case.split(" ").includes(select.value);
    }
  }
  preview(form);
}

function preview(form) {
  const block = form.querySelector(".preview");
  if (!block || isJson(form)) return;
  try {
    block.textContent = JSON.stringify(bodyOf(form), null, 2);
  } catch (error) {
    block.textContent = `${error.violations?.[0].at ?? ""} ${error.message}`;
  }
}

/** Fill a form from a body, and return whether it has a field for each part of it. */
export function fillForm(form, body) {
  resetForm(form);
  for (const list of form.querySelectorAll("[data-list]")) valueAt(body, list.dataset.list)?.forEach?.(() => addRow(list));
  for (const map of form.querySelectorAll("[data-map]")) fillMap(map, valueAt(body, map.dataset.map));
  for (const field of form.querySelectorAll("[name^='/']")) fillField(form, field, valueAt(body, field.name));
  showCases(form);
  return sorted(bodyOf(form)) === sorted(body);
}

function fillMap(map, values = {}) {
  for (const [name, value] of Object.entries(values)) {
    const [nameField, valueField] = addRow(map).querySelectorAll("input");
    nameField.value = name;
    setField(valueField, value);
    unfold(map);
  }
}

/** Write a value into its field, and choose the cases in which the field is sent. */
function fillField(form, field, value) {
  if (!takes(field, value)) return;
  setField(field, value);
  unfold(field);
  for (let part = field.closest("[data-of]"); part; part = part.parentElement.closest("[data-of]")) {
    const select = (part.closest(".row-of-form") || form).querySelector(`select[data-cases=${part.dataset.of}]`);
    if (!part.dataset.case.split(" ").includes(select.value)) [select.value] = part.dataset.case.split(" ");
  }
}

/** JSON with the names of objects in order, to compare values. */
const sorted = (value) => JSON.stringify(value, (_, part) =>
  part && typeof part === "object" && !Array.isArray(part) && !JSON.isRawJSON?.(part) ? Object.fromEntries(Object.entries(part).sort()) : part);

function showAsJson(form, on) {
  form.querySelector(".json-switch").setAttribute("aria-pressed", on);
  form.querySelector(".as-json").hidden = !on;
  for (const part of form.querySelectorAll(".parts")) part.hidden = on;
}

/** Switch between the parts and JSON; what the form has no field for stays as JSON. */
function switchJson(form) {
  clearViolations(form);
  try {
    const body = currentBody(form);
    if (!isJson(form)) form.querySelector(".as-json textarea").value = JSON.stringify(body, null, 2);
    else if (!fillForm(form, body)) {
      showAsJson(form, true);
      throw new FieldError("", "The form has no fields for some of this: send it as JSON.");
    } else return;
    showAsJson(form, true);
  } catch (error) {
    showErrors(form, error);
  }
}

/** Show an error at the fields that it is about, and the rest of it below the form. */
function showErrors(form, error) {
  const violations = error.violations || [];
  const rest = isJson(form) ? violations : markFields(form, violations);
  if (rest.length || !violations.length) showError(restOf(form, error, rest), form.querySelector(".errors"));
}

function restOf(form, error, violations) {
  if (error instanceof FieldError || !violations.length) return { message: error.message };
  if (!isJson(form)) return { message: violations.map(({ at, message }) => `${at} ${message}`.trim()).join("; ") };
  return { message: error.message, shown: marked(currentBody(form), violations) };
}
