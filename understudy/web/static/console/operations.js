// Completion of the names of operations, and of what the contract of the chosen one has.

import { $, el, request } from "./control_api.js";

const option = (value, label) => el("option", { value, ...(label ? { label } : {}) });

/** Fill the list of operations of a form, and return them; and the lists that depend on the one that is chosen:
    statuses, and the names of parameters. Its fields are those of a matcher at the pointer `at`. */
export async function completeOperations(form, at) {
  const operations = await request("GET", "/operations");
  const [operationField, apiField] = [form.elements[`${at}/operation`], form.elements[`${at}/api`]];
  const apis = [...new Set(operations.map(({ api }) => api))];
  if (apiField) apiField.append(...apis.map((api) => option(api, api)));
  const update = () => showContract(form, operations.filter(({ api }) => !apiField?.value || api === apiField.value), operationField.value.trim());
  form.addEventListener("input", update);
  form.addEventListener("change", update);
  form.addEventListener("reset", () => setTimeout(update));
  update();
  return operations;
}

/** Fill the list of all operations. */
export async function offerOperations() {
  fillList("operations", (await request("GET", "/operations")).map(labelled));
}

const labelled = ({ api, operation, method, path }) => option(operation, `${method} ${path} (${api})`);

function showContract(form, operations, name) {
  const chosen = operations.filter(({ operation }) => operation === name);
  fillList("operations", operations.map(labelled));
  fillList("statuses", chosen.flatMap(({ statuses }) => statuses.filter((status) => /^\d+$/.test(status))).map((status) => option(status)));
  for (const place of ["query", "header"]) {
    const names = chosen.flatMap(({ parameters }) => parameters.filter((parameter) => parameter.in === place).map((parameter) => parameter.name));
    fillList(`${place}-names`, [...new Set(names)].map((parameter) => option(parameter)));
  }
  const text = chosen.map(({ api, method, path, summary, statuses }) =>
    `${method} ${path} of ${api}${summary && `: ${summary}`}. Responses: ${statuses.join(", ")}.`).join(" ");
  if (form.querySelector(".about-operation").textContent !== text) form.querySelector(".about-operation").textContent = text;
}

/** Replace the options of a list, if they are others: a list that is open stays open. */
function fillList(id, options) {
  const list = $(`#${id}`);
  if (!list) return;
  const same = list.options.length === options.length && options.every((each, at) => each.value === list.options[at].value && each.label === list.options[at].label);
  if (!same) list.replaceChildren(...options);
}
