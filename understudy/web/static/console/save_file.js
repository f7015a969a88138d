// Lets the browser save a text as a file.

import { el } from "../elements.js";

/** Save a text, JSON unless it is of another media type. */
export function saveFile(name, text, type = "application/json") {
  const address = URL.createObjectURL(new Blob([text], { type }));
  el("a", { href: address, download: name }).click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);  // when the browser has read it
}
