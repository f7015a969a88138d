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
  for (const [number, violation] of violations.entries()) {
    const field = fieldAt(form, violation.at);
    if (field) mark(form, field, violation, number);
    else rest.push(violation);
  }
  form.querySelector("[aria-invalid]")?.focus();
  return rest;
}

function mark(form, field, { at, message }, number) {
  const id = `${form.id}-why-${number}`;
  const place = at === field.name || field.closest(".pair") ? "" : `${at}: `;
  field.closest(".field").append(el("span", { className: "why", id, textContent: place + message }));
  field.setAttribute("aria-invalid", "true");
  unfold(field);
  field.setAttribute("aria-describedby", `${field.getAttribute("aria-describedby") || ""} ${id}`.trim());
}
