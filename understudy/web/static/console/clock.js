// The clock of the namespace, and its scheduled requests.

import { $, attempt, badge, button, el, fill, request } from "./control_api.js";
import { bodyForm } from "./body_form.js";
import { live } from "./live.js";
import { completeOperations } from "./operations.js";

let clock = null;

function showClock({ now, frozen }) {
  clock = { at: Date.parse(now), from: Date.now(), frozen };
  $("#frozen").hidden = !frozen;
  tick();
}

/** Show the time; a clock that runs goes on between two refreshes. */
function tick() {
  if (!clock || document.hidden) return;
  const now = clock.at + (clock.frozen ? 0 : Date.now() - clock.from);
  $("#now").textContent = `${new Date(now).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

const act = (method, path, body) => attempt(async () => {
  await request(method, path, body);
  await refresh();
});

function row({ id, request: { method, path }, due, after, status }) {
  return [
    badge(`scheduled ${id}`),
    el("code", { className: "preview-cell", textContent: `${method} ${path}` }),
    due ? el("time", { dateTime: due, textContent: due.slice(0, 19).replace("T", " ") })
      : el("span", {}, `after ${after.times ?? 1} of `, el("code", { className: "preview-cell", textContent: JSON.stringify(after.when ?? {}) })),
    status === null ? "pending" : status ? String(status) : "no response",
    button("Remove", () => act("DELETE", `/schedule/${id}`), `Remove scheduled request ${id}`),
  ];
}

async function refresh() {
  showClock(await request("GET", "/clock"));
  const scheduled = await request("GET", "/schedule");
  const all = scheduled.length > 1 ? [["", "", "", "", button("Remove all", () => act("DELETE", "/schedule"))]] : [];
  fill($("#schedule"), ["Number", "Request", "When", "Status", ""], [...scheduled.map(row), ...all], "No scheduled requests.");
}

for (const clockButton of document.querySelectorAll("[data-clock]")) {
  clockButton.addEventListener("click", () => act("POST", "/clock", JSON.parse(clockButton.dataset.clock)));
}
for (const form of [$("#advance"), $("#set")]) bodyForm(form, (body) => request("POST", "/clock", body), refresh);

const form = $("#new-request");
bodyForm(form, (body) => request("POST", "/schedule", body), refresh);
attempt(async () => {
  const operations = await completeOperations(form, "/after/when");
  const paths = new Set(operations.map(({ path }) => path));
  $("#paths").append(...[...paths].map((value) => el("option", { value })));
});
setInterval(tick, 1000);
live(refresh);
