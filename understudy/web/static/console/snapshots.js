// The snapshots of a namespace: taken, restored, saved as files, and compared.

import { $, attempt, button, el, fill, onSubmit, request, showError } from "./control_api.js";
import { comparison } from "./state_diff.js";
import { download } from "./state_files.js";

/** The value of "now" in the lists of snapshots: no snapshot can have this name. */
const NOW = "";

const names = [$("#before"), $("#after")];

/** Show the snapshots; `refresh` is called after one was restored or deleted. */
export async function showSnapshots(refresh) {
  const snapshots = await request("GET", "/snapshots");
  const act = (method, path) => attempt(async () => {
    await request(method, path);
    await refresh();
  });
  fill($("#snapshots"), ["Name", "Records", el("span", { className: "sr", textContent: "Actions" })], snapshots.map(({ name, records }) => [
    el("code", { textContent: name }),
    summary(records) || "none",
    el("span", { className: "line" },
      button("Restore", () => act("POST", `/snapshots/${name}/restore`), `Restore ${name}`),
      button("Compare with now", () => { [names[0].value, names[1].value] = [name, NOW]; compare(); }, `Compare with now: ${name}`),
      button("Download", () => attempt(() => download(name)), `Download ${name}`),
      button("Delete", () => act("DELETE", `/snapshots/${name}`), `Delete ${name}`)),
  ]), "No snapshots.");
  offer(snapshots.map(({ name }) => name));
}

function summary(records) {
  return Object.entries(records).flatMap(([api, collections]) =>
    Object.entries(collections).filter(([, count]) => count).map(([name, count]) => `${count} ${name} of ${api}`)).join(", ");
}

/** Offer the snapshots for a comparison; what was chosen stays, if it is still there. */
function offer(snapshots) {
  $("#compare").hidden = !snapshots.length;
  if (!snapshots.length) $("#differences").replaceChildren();
  for (const list of names) {
    const before = list.value;
    list.replaceChildren(...snapshots.map((name) => el("option", { value: name, textContent: name })), el("option", { value: NOW, textContent: "now" }));
    list.value = snapshots.includes(before) ? before : list === names[0] ? snapshots[0] : NOW;
  }
}

const stateOf = (name) => request("GET", name === NOW ? "/state?unused=false" : `/snapshots/${name}`);

async function compare() {
  const place = $("#differences");
  await attempt(async () => {
    const [before, after] = await Promise.all(names.map(({ value }) => stateOf(value)));
    place.replaceChildren(comparison(before, after));
    place.focus();
  });
}

/** Connect the forms; `refresh` is called after a snapshot was taken. */
export function connectSnapshots(refresh) {
  onSubmit($("#take"), ({ name }) => request("PUT", `/snapshots/${encodeURIComponent(name)}`), refresh);
  $("#compare").addEventListener("submit", (event) => {
    event.preventDefault();
    showError(null);
    compare();
  });
}
