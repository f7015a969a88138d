// Calls every method of @elizaos/api-client. `node eliza_methods.mjs ORIGIN` prints as JSON, in the
// order of the calls, the outcome of each: the names of the fields of its value, or its error.
import { ApiError, ElizaClient } from "@elizaos/api-client";

const AGENT = "11111111-1111-4111-8111-111111111111";
const USER = "123e4567-e89b-42d3-a456-426614174000";
const OTHER = "223e4567-e89b-42d3-a456-426614174000";
const NOBODY = "99999999-9999-4999-8999-999999999999";
const HOME = "00000000-0000-0000-0000-000000000000";

const eliza = ElizaClient.create({ baseUrl: process.argv[2] });
const { agents, audio, jobs, media, memory, messaging, runs, server, sessions, system } = eliza;
const outcomes = [];

// An object as the names of its fields, a list as its first item.
function shape(value) {
  if (Array.isArray(value)) return value.length ? `[${shape(value[0])}]` : "[]";
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return `{${Object.keys(value).sort().join(", ")}}`;
}

const UUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi;

function refusal(error) {
  const parts = error instanceof ApiError ? [error.status, error.code, error.message] : [error.message];
  return `throws ${parts.join(" ").replace(UUID, "ID")}`;
}

async function call(service, method, ...given) {
  const name = `${Object.keys(eliza).find((key) => eliza[key] === service)}.${method}`;
  try {
    const value = await service[method](...given);
    outcomes.push(`${name}: ${shape(value)}`);
    return value;
  } catch (error) {
    outcomes.push(`${name}: ${refusal(error)}`);
  }
}

async function until(holds) {
  for (const end = Date.now() + 60000; Date.now() < end; ) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("waited for too long");
}

async function ofSessions() {
  await call(sessions, "checkHealth");
  const created = await call(sessions, "createSession", { agentId: AGENT, userId: USER });
  const id = created.sessionId;
  await call(sessions, "createSession", { agentId: NOBODY, userId: USER });
  await call(sessions, "createSession", { agentId: "nope", userId: USER });
  await call(sessions, "createSession", {});
  await call(sessions, "getSession", id);
  await call(sessions, "getSession", "nope");
  await call(sessions, "getSession", " ");
  await call(sessions, "sendMessage", id, { content: "Hello", metadata: { n: 1 } });
  await until(async () => (await sessions.getMessages(id)).messages.length === 2);
  await call(sessions, "sendMessage", id, { content: "x".repeat(4001) });
  await call(sessions, "sendMessage", id, { content: "" });
  await call(sessions, "sendMessageSync", id, { content: "Hello" });
  await call(sessions, "getMessages", id, { limit: 5, before: new Date(Date.now() + 60000) });
  await call(sessions, "getMessages", id, { after: 1, limit: 1 });
  await call(sessions, "getMessages", id, { before: "not a date" });
  await call(sessions, "getMessages", "nope");
  await call(sessions, "listSessions");
  await call(sessions, "deleteSession", id);
  await call(sessions, "deleteSession", id);
  await call(sessions, "sendMessage", id, { content: "Hello" });
}

async function ofAgents() {
  await call(agents, "listAgents");
  await call(agents, "getAgent", NOBODY);
  await call(agents, "getAgent", "nope");
  const character = { name: "Ada", bio: ["counts"], settings: {} };
  const made = await call(agents, "createAgent", { characterJson: character });
  await call(agents, "createAgent", {});
  const id = made.id;
  await call(agents, "startAgent", id);
  await call(agents, "startAgent", NOBODY);
  await call(agents, "updateAgent", NOBODY, { name: "Ada L." });
  await call(agents, "getWorlds");
  await call(agents, "addAgentToWorld", AGENT, NOBODY);
  await call(agents, "updateAgentWorldSettings", AGENT, NOBODY, { x: 1 });
  await call(agents, "getAgentPanels", id);
  await call(agents, "getAgentPanels", NOBODY);
  await call(agents, "getAgentLogs", "nope");
  await call(agents, "getAgentLogs", NOBODY);
  await call(agents, "deleteAgentLog", AGENT, NOBODY);
  await call(agents, "getAgentsForMessageServer", HOME);
  await call(agents, "addAgentToMessageServer", HOME, id);
  await call(agents, "addAgentToMessageServer", NOBODY, id);
  await call(agents, "getMessageServersForAgent", id);
  await call(agents, "removeAgentFromMessageServer", HOME, id);
  await call(agents, "stopAgent", id);
  await call(agents, "deleteAgent", id);
  await call(agents, "deleteAgent", NOBODY);
  await call(runs, "listRuns", AGENT, { limit: 1 });
  await call(runs, "listRuns", "nope");
  await call(runs, "getRun", AGENT, NOBODY);
}

async function ofMessaging() {
  const m = messaging;
  await call(m, "getCurrentMessageServer");
  await call(m, "listMessageServers");
  await call(m, "createMessageServer", { name: "Guests", sourceType: "test" });
  await call(m, "createMessageServer", {});
  await call(m, "syncMessageServerChannels", HOME, { channels: [] });
  await call(m, "deleteMessageServer", NOBODY);
  await call(m, "createChannel", { name: "General", type: "GROUP" });
  await call(m, "createChannel", { type: "GROUP" });
  const people = { name: "Friends", participantIds: [USER, AGENT], metadata: { type: "GROUP" } };
  const { id } = await call(m, "createGroupChannel", people);
  await call(m, "createGroupChannel", { name: "Nobody" });
  await call(m, "getOrCreateDmChannel", { participantIds: [USER, AGENT] });
  await call(m, "getMessageServerChannels", HOME);
  await call(m, "getChannelDetails", id);
  await call(m, "getChannelDetails", NOBODY);
  await call(m, "getChannelDetails", "nope");
  await call(m, "getChannelParticipants", id);
  await call(m, "addAgentToChannel", id, AGENT);
  await call(m, "addAgentToChannel", id, NOBODY);
  await call(m, "addUserToChannel", id, OTHER);
  await call(m, "addUsersToChannel", id, [OTHER, USER]);
  await call(m, "removeUserFromChannel", id, OTHER);
  await call(m, "updateChannel", id, { name: "Good friends" });
  await call(m, "updateChannel", "nope", { name: "Good friends" });
  await call(m, "postMessage", id, "Hello");
  const fields = { channel_id: id, message_server_id: HOME, author_id: AGENT, content: "Hello" };
  const raw = { source_type: "agent_response", raw_message: { text: "Hello" } };
  const message = await call(m, "submitMessage", { ...fields, ...raw });
  await call(m, "submitMessage", { channel_id: id });
  await call(m, "completeMessage", { channel_id: id, message_server_id: HOME });
  await call(m, "completeMessage", {});
  await call(m, "ingestExternalMessages", {});
  await call(m, "getChannelMessages", id, { limit: 1 });
  await call(m, "getChannelMessages", "nope");
  await call(m, "getMessage", NOBODY);
  await call(m, "updateMessage", NOBODY, "Hello");
  await call(m, "searchMessages", { query: "Hello" });
  await call(m, "generateChannelTitle", id, AGENT);
  await call(m, "generateChannelTitle", id, NOBODY);
  await call(m, "removeAgentFromChannel", id, AGENT);
  await call(m, "deleteMessage", id, message?.id ?? NOBODY);
  await call(m, "deleteMessage", id, "nope");
  await call(m, "clearChannelHistory", id);
  await call(m, "deleteChannel", id);
  await call(m, "deleteChannel", id);
}

async function ofMemory() {
  const a = AGENT;
  await call(memory, "getAgentMemories", "nope");
  await call(memory, "getAgentMemories", NOBODY);
  await call(memory, "listAgentRooms", "nope");
  await call(memory, "listAgentRooms", NOBODY);
  await call(memory, "createRoom", a, {});
  await call(memory, "getRoom", a, NOBODY);
  await call(memory, "getRoom", a, "nope");
  await call(memory, "getRoomMemories", a, NOBODY);
  await call(memory, "getAgentInternalMemories", a, "nope", false);
  await call(memory, "updateMemory", a, NOBODY, { content: { text: "x" } });
  await call(memory, "updateAgentInternalMemory", a, NOBODY, { content: { text: "x" } });
  await call(memory, "deleteMemory", a, NOBODY);
  await call(memory, "deleteAgentInternalMemory", a, "nope");
  await call(memory, "clearAgentMemories", NOBODY);
  await call(memory, "clearRoomMemories", a, NOBODY);
  await call(memory, "deleteAllAgentInternalMemories", a, NOBODY);
  await call(memory, "createWorldFromMessageServer", NOBODY, { agentIds: [] });
  await call(memory, "deleteWorld", NOBODY);
  await call(memory, "clearWorldMemories", NOBODY);
  await call(memory, "deleteGroupMemory", NOBODY, NOBODY);
  await call(memory, "clearGroupChat", NOBODY);
}

async function ofMedia() {
  const png = new Blob([new Uint8Array([0x89, 0x50, 0x4e, 0x47])], { type: "image/png" });
  const text = new Blob(["hello"], { type: "text/plain" });
  await call(media, "uploadAgentMedia", AGENT, { file: png, filename: "a.png" });
  await call(media, "uploadAgentMedia", "nope", { file: png, filename: "a.png" });
  await call(media, "uploadChannelMedia", NOBODY, png);
  await call(media, "uploadChannelMedia", NOBODY, text);
  await call(audio, "synthesizeAudioMessage", NOBODY, { text: "Hello" });
  await call(audio, "generateSpeech", NOBODY, { text: "Hello" });
  await call(audio, "speechConversation", NOBODY, { audio: png });
  await call(audio, "processSpeech", NOBODY, png);
  await call(audio, "transcribe", NOBODY, { audio: new Blob(["x"], { type: "audio/wav" }) });
  await call(audio, "transcribe", NOBODY, { audio: 7 });
}

async function ofJobs() {
  const request = { userId: USER, agentId: AGENT, content: "Hello", timeoutMs: 1000 };
  const { jobId } = await call(jobs, "create", request);
  await call(jobs, "create", {});
  const twice = { interval: 50, initialInterval: 50, maxAttempts: 2 };
  await call(jobs, "poll", jobId, twice);
  await call(jobs, "createAndPoll", request, twice);
  await call(jobs, "createAndPollWithBackoff", request, twice);
  await call(jobs, "ask", USER, "Hello", AGENT, twice);
  await call(jobs, "getJob", jobId);
  await call(jobs, "getJob", NOBODY);
  await call(jobs, "list", { limit: 1 });
  await call(jobs, "health");
}

async function ofServer() {
  for (const method of ["checkHealth", "ping", "hello", "getStatus", "getDebugInfo"]) {
    await call(server, method);
  }
  await call(system, "getGlobalLogs", { count: 1 });
  await call(server, "submitLogs", []);
  await call(server, "clearLogs");
  await call(system, "getEnvironment");
  await call(system, "updateLocalEnvironment", { variables: { UNDERSTUDY: "yes" } });
  await call(system, "updateLocalEnvironment");
  await call(system, "deleteGlobalLogs");
  await call(system, "deleteLog", "1");
  await call(server, "stopServer");
}

const HELPERS = new Set(["constructor", "requestBinary", "buildUrl", "getHeaders"]);
const OF_AUDIO = new Set(["processAudioInput", "isBase64String", "isBuffer"]);

// The methods that were not called.
function uncalled() {
  const called = new Set(outcomes.map((outcome) => outcome.split(":")[0]));
  return Object.entries(eliza).flatMap(([name, service]) =>
    Object.getOwnPropertyNames(Object.getPrototypeOf(service))
      .filter((method) => !HELPERS.has(method) && !OF_AUDIO.has(method))
      .map((method) => `${name}.${method}`)
      .filter((method) => !called.has(method)),
  );
}

for (const callAll of [ofSessions, ofAgents, ofMessaging, ofMemory, ofMedia, ofJobs, ofServer]) {
  await callAll();
}
console.log(JSON.stringify({ outcomes, uncalled: uncalled() }));
