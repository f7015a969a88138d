// Violations of the control API at the fields of a form that they are about.

import { el, escapeName } from "../elements.js";

/** Open the details that an element is in. */
export function unfold(element) {
  for (let details = element.closest("details"); details; details = details.parentElement.closest("details")) details.open = true;
}

/** Remove what was said to be wrong. */
export function clearViolations(form) {
  for (const why of form.querySelectorAll(".why, .errors > *")) why.remove();
  for (const field of form.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
}

/** The field that a violation is about: that of its place, of what holds it, or of a part of it. */
function fieldAt(form, at) {
  const shown = [...form.querySelectorAll("[name^='/'], .pair")].filter((field) => !field.closest("[hidden], :disabled"));
  const places = shown.map((field) => [placeOf(field), field.matches(".pair") ? field.querySelector("input") : field]);
  const within = (place, whole) => place === whole || place.startsWith(`${whole}/`);
  const holding = places.filter(([place]) => within(at, place)).sort((a, b) => b[0].length - a[0].length);
  return (holding[0] || (at && places.find(([place]) => within(place, at))))?.[1];
}

function placeOf(field) {
  if (!field.matches(".pair")) return field.name;
  const name = field.querySelector("input").value.trim();
  return `${field.closest("[data-map]").dataset.map}/${escapeName(name)}`;
}

/** Mark the fields that violations are about, focus the first, and return the violations that are about
    none. */
export function markFields(form, violations) {
  const rest = [];
  for (const [number, violation] of violations.map((each) => ofMissing(form, each)).entries()) {
    const field = fieldAt(form, violation.at);
    if (field) mark(form, field, violation, number);
    else rest.push(violation);
  }
  form.querySelector("[aria-invalid]")?.focus();
  return rest;
}

/** A violation that says what an object lacks, as one of the field that is empty. */
function ofMissing(form, violation) {
  const [, name] = /^"(.+)" is a required property$/.exec(violation.message) || [];
  const at = name && `${violation.at}/${escapeName(name)}`;
  return at && form.querySelector(`[name="${CSS.escape(at)}"]:not([hidden] *)`) ? { ...violation, at, message: "is missing" } : violation;
}

/** What is wrong with a field, in words that say what to write instead. */
function wording(field, message) {
  const { kind } = field.dataset;
  const text = `"${field.value.trim().slice(0, 40)}"`;
  if (["number", "times"].includes(kind) && !(kind === "times" && field.value === "always") && !Number.isFinite(Number(field.value))) {
    return `${text} is not ${kind === "times" ? 'a number or "always"' : "a number"}`;
  }
  if (message.endsWith('is not a "date-time"')) return `${text} is not a time: write it as in 2026-01-31T12:00:00Z`;
  return field.placeholder && /^".*" does not match "/s.test(message) ? `${text} does not have the form of ${field.placeholder}` : message;
}

function mark(form, field, { at, message }, number) {
  const id = `${form.id}-why-${number}`;
  const place = at === field.name || field.closest(".pair") ? "" : `${at}: `;
  field.closest(".field").append(el("span", { className: "why", id, textContent: place + wording(field, message) }));
  field.setAttribute("aria-invalid", "true");
  unfold(field);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${id}`.trim());
}
