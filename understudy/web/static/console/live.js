// Keeps a page up to date: after exchanges, and only while somebody looks at it.

import { attempt, showError, Unreachable, watch } from "./control_api.js";

/** Milliseconds between two refreshes, at least. */
const PAUSE = 1000;

/** Whether the focus is on a button that a refresh would replace. */
const isBusy = () => Boolean(document.activeElement?.closest("table, [data-busy]"));

/** Call `refresh` now, and again when the namespace (or with `everywhere`, any) has new exchanges; later
    while the focus is in a table, unless `refresh` `keepsFocus`. Nothing is asked of the server while the
    page is hidden. */
export function live(refresh, { everywhere = false, keepsFocus = false } = {}) {
  let controller = null;
  let timer = null;
  let isLost = false;

  /** Say that the server is away, until it is back: it may then have another state. */
  function onConnection(connected) {
    if (connected === !isLost) return;
    isLost = !connected;
    showError(isLost ? new Unreachable() : null);
    if (!isLost) later();
  }

  function later() {
    timer ||= setTimeout(() => {
      timer = null;
      if (document.hidden) return;
      if (!keepsFocus && isBusy()) later();
      else refresh().catch(() => {});  // an error that is shown stays
    }, PAUSE);
  }

  async function run() {
    controller = new AbortController();
    const { signal } = controller;
    await attempt(async () => {
      await refresh().catch((error) => {
        if (!(error instanceof Unreachable)) throw error;
        onConnection(false);
      });
      await watch({ everywhere }, later, { signal, onConnection });
    });
  }

  document.addEventListener("visibilitychange", () => {
    controller?.abort();
    if (!document.hidden) run();
  });
  if (!document.hidden) run();
}
