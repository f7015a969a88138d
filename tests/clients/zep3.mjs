// Scenarios with @getzep/zep-cloud 3.30.0, beside 2.22.0. `node zep3.mjs SCENARIO ORIGIN` runs one of
// them against that server, and prints its result as JSON; test_zep3_javascript.py checks it.
import { ZepClient as ZepClient2 } from "@getzep/zep-cloud";
import { ZepClient, ZepError } from "zep-cloud-3";

const [scenario, origin] = process.argv.slice(2);
const environment = `${origin}/api/v2`;
const zep = new ZepClient({ apiKey: "key", environment });
const zep2 = new ZepClient2({ apiKey: "key", environment });

const hello = { role: "user", name: "Ann", content: "I live in Bergen.", metadata: { n: 1 } };
const answer = { role: "assistant", content: "Noted." };

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    const { statusCode, body } = error;
    return [error.constructor.name, error instanceof ZepError, statusCode, body];
  }
  return "not refused";
}

async function withThread(threadId) {
  await zep.user.add({ userId: "ann", firstName: "Ann", timeZone: "Europe/Oslo" });
  await zep.thread.create({ threadId, userId: "ann" });
}

const scenarios = {
  async threads() {
    await withThread("a/b c é");
    const added = await zep.thread.addMessages("a/b c é", {
      messages: [hello, answer],
      returnContext: true,
    });
    const page = await zep.thread.get("a/b c é", { lastn: 1 });
    const changed = await zep.thread.message.update(page.messages[0].uuid, { metadata: { n: 2 } });
    const { context } = await zep.thread.getUserContext("a/b c é");
    const { threads } = await zep.thread.listAll({ pageSize: 10, pageNumber: 1 });
    const own = await zep.user.getThreads("ann");
    const removed = await zep.thread.delete("a/b c é");
    return { added, page, changed, context, threads, own, removed };
  },

  async generations() {
    await withThread("t");
    await zep2.memory.add("t", { messages: [{ ...hello, role: "Ann", roleType: "user" }] });
    await zep2.memory.addSession({ sessionId: "s", userId: "ann" });
    await zep.thread.addMessages("s", { messages: [answer] });
    await zep.graph.create({ graphId: "desk", name: "Desk" });
    await zep2.group.update("desk", { description: "What the desk knows." });
    await zep2.graph.add({ groupId: "desk", type: "text", data: "Parcels leave at five." });
    return {
      messages: (await zep.thread.get("t")).messages,
      threads: (await zep.thread.listAll()).threads.map((thread) => thread.threadId),
      sessions: (await zep2.memory.listSessions()).sessions.map((session) => session.sessionId),
      memory: (await zep2.memory.get("s")).messages,
      graph: await zep.graph.get("desk"),
      groups: (await zep2.group.getAllGroups()).groups,
      found: (await zep.graph.search({ graphId: "desk", query: "parcels" })).edges,
    };
  },

  async retries() {
    await zep.user.add({ userId: "ann" });
    return refusal(zep.thread.create({ threadId: "t", userId: "ann" }));
  },

  async refusals() {
    await withThread("t");
    const once = { maxRetries: 0 };
    return {
      unknown: await refusal(zep.thread.get("unknown", {}, once)),
      taken: await refusal(zep.thread.create({ threadId: "t", userId: "ann" }, once)),
      noUser: await refusal(zep.thread.create({ threadId: "u", userId: "nobody" }, once)),
    };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
