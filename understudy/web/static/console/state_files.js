// The state of a namespace, and of its snapshots, as files.

import { $, attempt, chosen, parse, request } from "./control_api.js";
import { saveFile } from "./save_file.js";
import { marked } from "../marked.js";

/** Save the state as it is now, or that of a snapshot. */
export async function download(snapshot = null) {
  const path = snapshot === null ? "/state" : `/snapshots/${snapshot}`;
  const text = await request("GET", path, undefined, { asText: true });
  saveFile(`${chosen || "default"}${snapshot === null ? "" : `-${snapshot}`}.state.json`, JSON.stringify(parse(text), null, 2));
}

/** Import the state of a file. If it does not fit, nothing changes, and its violations are shown at
    their lines. */
async function upload(file) {
  const state = parse(await file.text());
  const apis = Object.keys(state?.apis ?? {}).join(", ") || "no API";
  if (!confirm(`Replace the records of ${apis} by those of ${file.name}?`)) return;
  await request("PUT", "/state", state).catch((error) => {
    if (error.violations?.length) error.shown = marked(state, error.violations);
    throw error;
  });
}

/** Connect the buttons; `refresh` is called after an import. */
export function connectFiles(refresh) {
  const chooser = $("#state-file");
  $("#download").addEventListener("click", () => attempt(() => download(), $("#file-error")));
  chooser.addEventListener("change", () => attempt(async () => {
    const [file] = chooser.files;
    if (!file) return;
    try {
      await upload(file);
    } finally {
      chooser.value = ""; // so that the same file can be chosen again
    }
    await refresh();
  }, $("#file-error")));
}
