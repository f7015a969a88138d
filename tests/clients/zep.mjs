// Scenarios with @getzep/zep-cloud. `node zep.mjs SCENARIO ORIGIN` runs one of them against that
// server, and prints its result as JSON; test_zep_javascript.py checks it.
import { ZepClient, ZepError } from "@getzep/zep-cloud";

const [scenario, origin] = process.argv.slice(2);
const environment = `${origin}/api/v2`;
const zep = new ZepClient({ apiKey: "ann's", environment });

// An id that encodeURIComponent must escape and the server must decode.
const AWKWARD = "a/b c é";
// The client would retry 409 twice, which takes three seconds.
const ONCE = { maxRetries: 0 };

const hello = { role: "Ann", roleType: "user", content: "Where is my order?", metadata: { n: 1 } };
const answer = { role: "Helper", roleType: "assistant", content: "On its way." };

async function withSessions(...sessionIds) {
  await zep.user.add({ userId: "ann", firstName: "Ann", metadata: { plan: "pro" } });
  for (const sessionId of sessionIds) {
    await zep.memory.addSession({ sessionId, userId: "ann", metadata: { channel: "chat" } });
  }
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    const { statusCode, body } = error;
    return [error.constructor.name, error instanceof ZepError, statusCode, body];
  }
  return "not refused";
}

const scenarios = {
  async user() {
    const added = await zep.user.add({ userId: "ann", firstName: "Ann", metadata: { plan: "pro" } });
    return { added, found: await zep.user.get("ann") };
  },

  async awkwardId() {
    await withSessions(AWKWARD);
    await zep.memory.add(AWKWARD, { messages: [hello] });
    const found = await zep.memory.getSession(AWKWARD);
    const { messages } = await zep.memory.get(AWKWARD);
    const ended = await zep.memory.endSession(AWKWARD);
    return { found, contents: messages.map((message) => message.content), ended: ended.session };
  },

  async metadata() {
    await withSessions("s");
    return zep.memory.updateSession("s", { metadata: { order: { number: 7 } } });
  },

  async pages() {
    await withSessions("a", "b", "c");
    return zep.memory.listSessions({ pageNumber: 2, pageSize: 2, orderBy: "session_id", asc: true });
  },

  async memory() {
    await withSessions("s");
    const added = await zep.memory.add("s", { messages: [hello, answer], returnContext: true });
    const memory = await zep.memory.get("s", { lastn: 1 });
    const page = await zep.memory.getSessionMessages("s", { limit: 1, cursor: 1 });
    return { added, memory, page };
  },

  async end() {
    await withSessions("s");
    const plain = await zep.memory.endSession("s");
    return { plain, found: await zep.memory.getSession("s") };
  },

  async classify() {
    await withSessions("s");
    await zep.memory.add("s", { messages: [hello] });
    return zep.memory.endSession("s", {
      classify: { name: "topic", classes: ["billing", "order"], lastN: 4 },
    });
  },

  async endSeveral() {
    await withSessions("a", "b");
    const ended = await zep.memory.endSessions({ sessionIds: ["b", "a", "b"] });
    return { ended, found: [await zep.memory.getSession("b"), await zep.memory.getSession("a")] };
  },

  async remove() {
    await withSessions("s");
    const removed = await zep.memory.delete("s");
    return { removed, then: await refusal(zep.memory.getSession("s")) };
  },

  async refusals() {
    await withSessions("s", "ended");
    await zep.memory.endSession("ended");
    const unauthorized = new ZepClient({ apiKey: "two words", environment });
    const twice = { sessionId: "s", userId: "ann" };
    return {
      unknownSession: await refusal(zep.memory.endSession("nowhere")),
      oneUnknown: await refusal(zep.memory.endSessions({ sessionIds: ["s", "nowhere"] })),
      none: await refusal(zep.memory.endSessions({ sessionIds: [] })),
      taken: await refusal(zep.memory.addSession(twice)),
      updateEnded: await refusal(zep.memory.updateSession("ended", { metadata: { a: 1 } }, ONCE)),
      addToEnded: await refusal(zep.memory.add("ended", { messages: [hello] }, ONCE)),
      addToUnknown: await refusal(zep.memory.add("nowhere", { messages: [hello] })),
      badKey: await refusal(unauthorized.memory.getSession("s")),
    };
  },

  async projects() {
    await withSessions("s");
    const other = new ZepClient({ apiKey: "bob's", environment });
    return refusal(other.memory.getSession("s"));
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
