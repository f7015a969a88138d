// Scenarios of Eliza's real-time API, with socket.io-client and fetch. `node eliza_sockets.mjs
// SCENARIO ORIGIN` runs one of them, and prints its result as JSON.
import { io } from "socket.io-client";

const [scenario, origin] = process.argv.slice(2);
const AGENT = "11111111-1111-4111-8111-111111111111";
const ADA = "22222222-2222-4222-8222-222222222222";
const HERE = "00000000-0000-0000-0000-000000000000";
const MESSAGING = "/api/messaging";

// Milliseconds after which an event counts as missing.
const TIMEOUT = 60000;

// A client and the events it has received, in order: each a name and a payload.
class Client {
  constructor(auth = { entityId: ADA }, at = origin) {
    const url = new URL(at);
    const path = `${url.pathname.replace(/\/$/, "")}/socket.io`;
    const once = { reconnection: false, forceNew: true, timeout: TIMEOUT };
    const options = { path, auth, ...once, transports: ["websocket"] };
    this.received = [];
    this.waiting = [];
    this.socket = io(url.origin, options);
    this.socket.onAny((name, payload) => this.store(name, payload));
    this.socket.on("disconnect", (reason) => this.store("disconnect", reason));
    this.socket.on("connect_error", (error) => this.store("connect_error", error.message));
  }

  store(name, payload) {
    this.received.push([name, payload]);
    this.waiting.splice(0).forEach((wake) => wake());
  }

  next() {
    return new Promise((wake, fail) => {
      this.waiting.push(wake);
      setTimeout(() => fail(new Error(`received only ${JSON.stringify(this.received)}`)), TIMEOUT).unref();
    });
  }

  // The payloads of the next events, which must have these names.
  async receive(...names) {
    while (this.received.length < names.length) await this.next();
    const events = this.received.splice(0, names.length);
    if (events.some(([name], number) => name !== names[number])) {
      throw new Error(`expected ${names}, received ${JSON.stringify(events)}`);
    }
    return events.map(([, payload]) => payload);
  }

  // The events received before the server's response to one more event, which it answers in order.
  async rest() {
    this.socket.emit("update_log_filters", {});
    const isLast = ([name]) => name === "log_filters_updated";
    while (!this.received.some(isLast)) await this.next();
    return this.received.splice(0, this.received.findIndex(isLast) + 1).slice(0, -1);
  }

  async join(channelId) {
    this.socket.emit("message", { type: 1, payload: { channelId, entityId: ADA } });
    return this.receive("channel_joined", "room_joined");
  }

  send(channelId, message, more = {}) {
    const payload = { channelId, messageServerId: HERE, senderId: ADA, message, ...more };
    this.socket.emit("message", { type: 2, payload });
  }
}

async function connected(at = origin) {
  const client = new Client({ entityId: ADA }, at);
  await client.receive("authenticated", "connection_established");
  return client;
}

async function http(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(origin + path, { method, headers, body: JSON.stringify(body) });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return response.status === 204 ? undefined : response.json();
}

const newSession = () => http("POST", `${MESSAGING}/sessions`, { agentId: AGENT, userId: ADA });

const scenarios = {
  // Joins a session's channel, sends messages there and receives the agent's.
  async messages() {
    const { sessionId, channelId } = await newSession();
    const ada = await connected();
    const [joined] = await ada.join(channelId);
    ada.send(channelId, "Hello", { messageId: "mine" });
    const broadcasts = await ada.receive("messageBroadcast", "messageAck", "messageBroadcast");
    await http("POST", `${MESSAGING}/sessions/${sessionId}/messages`, { content: "Good morning" });
    const rest = (await ada.rest()).filter(([name]) => name !== "messageComplete");
    const { messages } = await http("GET", `${MESSAGING}/sessions/${sessionId}/messages`);
    return { channelId, joined, broadcasts, rest, contents: messages.map(({ content }) => content) };
  },

  // The channel, a message, all messages and the channel itself are changed or deleted.
  async deletions() {
    const { channelId } = await newSession();
    const [ada, bob] = [await connected(), await connected()];
    await ada.join(channelId);
    ada.send(channelId, "Hello", { messageId: "mine" });
    const [{ id }] = await ada.receive("messageBroadcast", "messageAck", "messageBroadcast");
    const channel = `${MESSAGING}/channels/${channelId}`;
    await http("PATCH", channel, { name: "Garden" });
    await http("DELETE", `${channel}/messages/${id}`);
    await http("DELETE", `${channel}/messages`);
    await http("DELETE", channel);
    const rest = await ada.rest();
    return { channelId, id, rest, bob: await bob.rest() };
  },

  // Connections without a valid entityId, and messages without required fields.
  async refusals() {
    const nobody = await new Client({}).receive("connect_error");
    const invalid = await new Client({ entityId: "ada" }).receive("connect_error");
    const ada = await connected();
    ada.send("nowhere", "Hello");
    ada.socket.emit("message", { type: 1, payload: {} });
    return [...nobody, ...invalid, ...(await ada.receive("messageError", "messageError"))];
  },

  // The reference's example sends no credentials.
  async anonymous() {
    return new Client(null).receive("connection_established");
  },

  // The session ends while a client is in its channel.
  async ending() {
    const { sessionId, channelId } = await newSession();
    const [ada, bob] = [await connected(), await connected()];
    await ada.join(channelId);
    await http("DELETE", `${MESSAGING}/sessions/${sessionId}`);
    const others = await bob.rest();
    if (!bob.socket.connected || others.length) throw new Error("bob was not in the channel");
    if (process.argv[4] === "closes") return ada.receive("disconnect");
    ada.send(channelId, "Are you there?");
    const broadcasts = await ada.receive("messageBroadcast", "messageAck", "messageBroadcast");
    return broadcasts.map(({ text }) => text);
  },

  // A channel of the same id in another namespace receives nothing.
  async namespaces() {
    const { channelId } = await newSession();
    const [ada, far] = [await connected(), await connected(`${origin}-far`)];
    await ada.join(channelId);
    await far.join(channelId);
    ada.send(channelId, "Hello");
    await ada.receive("messageBroadcast", "messageAck", "messageBroadcast");
    return far.rest();
  },

  // The log is streamed to subscribers, by their filters.
  async logs() {
    const [ada, bob] = [await connected(), await connected()];
    ada.socket.emit("subscribe_logs");
    bob.socket.emit("subscribe_logs");
    bob.socket.emit("update_log_filters", { level: "error" });
    await bob.receive("log_subscription_confirmed", "log_filters_updated");
    const confirmed = await ada.receive("log_subscription_confirmed");
    await http("POST", `/api/agents/${AGENT}/stop`);
    const streamed = (await ada.rest()).filter(([name]) => name === "log_stream");
    ada.socket.emit("unsubscribe_logs");
    await ada.receive("log_subscription_confirmed");
    await http("POST", `/api/agents/${AGENT}/start`);
    return { confirmed, streamed, after: await ada.rest(), bob: await bob.rest() };
  },
};

console.log(JSON.stringify(await scenarios[scenario]()));
process.exit();
