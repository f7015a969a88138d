// Requests of a page to this server, in words for people where they fail.

const MOST_SECONDS = 30;

/** Why a request had no response, in words. */
function reason(error) {
  if (error.name === "TimeoutError") return `There was no response within ${MOST_SECONDS} seconds.`;
  if (error instanceof TypeError && /fetch|network|load failed/i.test(error.message)) {
    return "The server did not respond: it is stopped, or the connection was cut, as a fault may do.";
  }
  return `The browser did not send the request: ${error.message}`;
}

/** The text of a response; of an endless stream that of the first 5 seconds. */
async function read(response) {
  if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) return response.text();
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  const timer = setTimeout(() => reader.cancel(), 5000);
  let text = "";
  for (let part; !(part = await reader.read()).done;) text += part.value;
  clearTimeout(timer);
  return text;
}

/** Send a request; returns its response and the text of that. Throws an Error with words for people. */
export async function send(url, options) {
  try {
    const response = await fetch(url, { ...options, signal: AbortSignal.timeout(MOST_SECONDS * 1000) });
    return { response, text: await read(response) };
  } catch (error) {
    throw new Error(reason(error), { cause: error });
  }
}

/** Ask a page of this server that takes and returns JSON; null if it refuses. */
export async function ask(url, value) {
  const headers = { "Content-Type": "application/json" };
  const { response, text } = await send(url, { method: "POST", headers, body: JSON.stringify(value) });
  return response.ok ? JSON.parse(text) : null;
}

/** The last exchange of an operation that the journal has; null if it has none, or is not to be seen. */
export async function lastExchange(root, api, operation) {
  const token = sessionStorage.getItem("understudy-token");
  const headers = token ? { "X-Understudy-Token": token } : {};
  try {
    const response = await fetch(`${root}/requests?${new URLSearchParams({ limit: 1, api, operation })}`, { headers });
    return response.ok ? (await response.json()).requests[0] ?? null : null;
  } catch { return null; }
}
