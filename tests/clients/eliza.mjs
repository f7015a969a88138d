// Scenarios with @elizaos/api-client. `node eliza.mjs SCENARIO ORIGIN` runs one of them against that
// server, and prints its result as JSON; test_eliza_javascript.py checks it.
import { ApiError, ElizaClient } from "@elizaos/api-client";

const [scenario, origin] = process.argv.slice(2);
const eliza = ElizaClient.create({ baseUrl: origin });

const USER = "123e4567-e89b-42d3-a456-426614174000";
const NOBODY = "00000000-0000-4000-8000-000000000000";

async function newSession(client = eliza) {
  const { agents } = await client.agents.listAgents();
  const metadata = { platform: "web" };
  return client.sessions.createSession({ agentId: agents[0].id, userId: USER, metadata });
}

async function refusal(promise) {
  try {
    await promise;
  } catch (error) {
    return [error instanceof ApiError, error.status ?? null, error.code ?? null, error.message];
  }
  return "not refused";
}

// JSON has no undefined: it is written as a string.
const asJson = (value) => (value === undefined ? "undefined" : value);

const scenarios = {
  async agents() {
    const { agents } = await eliza.agents.listAgents();
    return { agents, agent: await eliza.agents.getAgent(agents[0].id) };
  },

  async session() {
    const created = await newSession();
    return { created, found: await eliza.sessions.getSession(created.sessionId) };
  },

  async messages() {
    const { sessionId } = await newSession();
    const sent = await eliza.sessions.sendMessage(sessionId, { content: "hi", metadata: { n: 1 } });
    const page = await eliza.sessions.getMessages(sessionId, { limit: 10 });
    return { sent, page };
  },

  async pages() {
    const { sessionId } = await newSession();
    for (const content of ["one", "two"]) {
      await eliza.sessions.sendMessage(sessionId, { content });
    }
    const newest = await eliza.sessions.getMessages(sessionId, { limit: 2 });
    const before = newest.cursors.before;
    return { newest, older: await eliza.sessions.getMessages(sessionId, { limit: 9, before }) };
  },

  async list() {
    const created = [await newSession(), await newSession()];
    const listed = await eliza.sessions.listSessions();
    return { created, listed, health: await eliza.sessions.checkHealth() };
  },

  async remove() {
    const { sessionId } = await newSession();
    const removed = await eliza.sessions.deleteSession(sessionId);
    return {
      sessionId,
      removed: asJson(removed),
      again: await refusal(eliza.sessions.deleteSession(sessionId)),
      get: await refusal(eliza.sessions.getSession(sessionId)),
      send: await refusal(eliza.sessions.sendMessage(sessionId, { content: "hi" })),
      left: (await eliza.sessions.listSessions()).total,
    };
  },

  async refusals() {
    const { agentId, sessionId } = await newSession();
    const { sessions } = eliza;
    const long = "x".repeat(4001);
    return {
      nobody: await refusal(sessions.createSession({ agentId: NOBODY, userId: USER })),
      notUuid: await refusal(sessions.createSession({ agentId: "nope", userId: USER })),
      noUser: await refusal(sessions.createSession({ agentId })),
      tooLong: await refusal(sessions.sendMessage(sessionId, { content: long })),
      emptyHere: await refusal(sessions.sendMessage(sessionId, { content: " " })),
    };
  },

  // The namespace can also be chosen by a header, for clients of a bare origin.
  async header() {
    const namespace = new URL(origin).pathname.split("/").at(-1);
    const headers = { "X-Understudy-Namespace": namespace };
    const bare = ElizaClient.create({ baseUrl: new URL(origin).origin, headers });
    const { sessionId } = await newSession(bare);
    return { sessionId, found: (await eliza.sessions.getSession(sessionId)).sessionId };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
