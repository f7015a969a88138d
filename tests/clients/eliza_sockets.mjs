// Stories of somebody who uses Eliza in real time, with socket.io-client and fetch. `node
// eliza_sockets.mjs STORY ORIGIN` lives through one of them, and prints what it comes to as JSON.
import { io } from "socket.io-client";

const [story, origin] = process.argv.slice(2);
const AGENT = "11111111-1111-4111-8111-111111111111";
const ADA = "22222222-2222-4222-8222-222222222222";
const HERE = "00000000-0000-0000-0000-000000000000";
const MESSAGING = "/api/messaging";

// Milliseconds that only a hang takes.
const HANG = 60000;

// What a client has heard, in order: each event by its name, with what it tells.
class Guest {
  constructor(auth = { entityId: ADA }, at = origin) {
    const url = new URL(at);
    const path = `${url.pathname.replace(/\/$/, "")}/socket.io`;
    const once = { reconnection: false, forceNew: true, timeout: HANG };
    const options = { path, auth, ...once, transports: ["websocket"] };
    this.heard = [];
    this.waiting = [];
    this.socket = io(url.origin, options);
    this.socket.onAny((name, told) => this.hear(name, told));
    this.socket.on("disconnect", (reason) => this.hear("disconnect", reason));
    this.socket.on("connect_error", (error) => this.hear("connect_error", error.message));
  }

  hear(name, told) {
    this.heard.push([name, told]);
    this.waiting.splice(0).forEach((wake) => wake());
  }

  next() {
    return new Promise((wake, fail) => {
      this.waiting.push(wake);
      setTimeout(() => fail(new Error(`heard only ${JSON.stringify(this.heard)}`)), HANG).unref();
    });
  }

  // The next events, as many as are named, and those must be they.
  async hears(...names) {
    while (this.heard.length < names.length) await this.next();
    const events = this.heard.splice(0, names.length);
    if (events.some(([name], number) => name !== names[number])) {
      throw new Error(`waits for ${names}, heard ${JSON.stringify(events)}`);
    }
    return events.map(([, told]) => told);
  }

  // What it has heard before the server's answer to one event more, which comes in its turn.
  async rest() {
    this.socket.emit("update_log_filters", {});
    const isLast = ([name]) => name === "log_filters_updated";
    while (!this.heard.some(isLast)) await this.next();
    return this.heard.splice(0, this.heard.findIndex(isLast) + 1).slice(0, -1);
  }

  async join(channelId) {
    this.socket.emit("message", { type: 1, payload: { channelId, entityId: ADA } });
    return this.hears("channel_joined", "room_joined");
  }

  say(channelId, message, more = {}) {
    const payload = { channelId, messageServerId: HERE, senderId: ADA, message, ...more };
    this.socket.emit("message", { type: 2, payload });
  }
}

async function welcomed(at = origin) {
  const guest = new Guest({ entityId: ADA }, at);
  await guest.hears("authenticated", "connection_established");
  return guest;
}

async function http(method, path, body) {
  const headers = { "Content-Type": "application/json" };
  const answer = await fetch(origin + path, { method, headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`);
  return answer.status === 204 ? undefined : answer.json();
}

const newSession = () => http("POST", `${MESSAGING}/sessions`, { agentId: AGENT, userId: ADA });

const stories = {
  // Join a session's channel, talk there, and have the answers.
  async talk() {
    const { sessionId, channelId } = await newSession();
    const ada = await welcomed();
    const [joined] = await ada.join(channelId);
    ada.say(channelId, "Hello", { messageId: "mine" });
    const said = await ada.hears("messageBroadcast", "messageAck", "messageBroadcast");
    await http("POST", `${MESSAGING}/sessions/${sessionId}/messages`, { content: "Good morning" });
    const rest = (await ada.rest()).filter(([name]) => name !== "messageComplete");
    const { messages } = await http("GET", `${MESSAGING}/sessions/${sessionId}/messages`);
    return { channelId, joined, said, rest, contents: messages.map(({ content }) => content) };
  },

  // What is deleted is told, from the message to the channel.
  async deletions() {
    const { channelId } = await newSession();
    const [ada, bob] = [await welcomed(), await welcomed()];
    await ada.join(channelId);
    ada.say(channelId, "Hello", { messageId: "mine" });
    const [{ id }] = await ada.hears("messageBroadcast", "messageAck", "messageBroadcast");
    const channel = `${MESSAGING}/channels/${channelId}`;
    await http("PATCH", channel, { name: "Garden" });
    await http("DELETE", `${channel}/messages/${id}`);
    await http("DELETE", `${channel}/messages`);
    await http("DELETE", channel);
    const rest = await ada.rest();
    return { channelId, id, rest, bob: await bob.rest() };
  },

  // Who does not say who it is, says something else, or leaves out what is needed.
  async refusals() {
    const nobody = await new Guest({}).hears("connect_error");
    const other = await new Guest({ entityId: "ada" }).hears("connect_error");
    const ada = await welcomed();
    ada.say("nowhere", "Hello");
    ada.socket.emit("message", { type: 1, payload: {} });
    return [...nobody, ...other, ...(await ada.hears("messageError", "messageError"))];
  },

  // The reference's own example says nothing of itself.
  async stranger() {
    return new Guest(null).hears("connection_established");
  },

  // The session ends while somebody is in its channel.
  async ending() {
    const { sessionId, channelId } = await newSession();
    const [ada, bob] = [await welcomed(), await welcomed()];
    await ada.join(channelId);
    await http("DELETE", `${MESSAGING}/sessions/${sessionId}`);
    const others = await bob.rest();
    if (!bob.socket.connected || others.length) throw new Error("bob was not in the channel");
    if (process.argv[4] === "closes") return ada.hears("disconnect");
    ada.say(channelId, "Are you there?");
    const said = await ada.hears("messageBroadcast", "messageAck", "messageBroadcast");
    return said.map(({ text }) => text);
  },

  // The same channel in another namespace is another one.
  async apart() {
    const { channelId } = await newSession();
    const [ada, far] = [await welcomed(), await welcomed(`${origin}-far`)];
    await ada.join(channelId);
    await far.join(channelId);
    ada.say(channelId, "Hello");
    await ada.hears("messageBroadcast", "messageAck", "messageBroadcast");
    return far.rest();
  },

  // The log as it is written, to those who subscribed to it, by their filters.
  async logs() {
    const [ada, bob] = [await welcomed(), await welcomed()];
    ada.socket.emit("subscribe_logs");
    bob.socket.emit("subscribe_logs");
    bob.socket.emit("update_log_filters", { level: "error" });
    await bob.hears("log_subscription_confirmed", "log_filters_updated");
    const confirmed = await ada.hears("log_subscription_confirmed");
    await http("POST", `/api/agents/${AGENT}/stop`);
    const streamed = (await ada.rest()).filter(([name]) => name === "log_stream");
    ada.socket.emit("unsubscribe_logs");
    await ada.hears("log_subscription_confirmed");
    await http("POST", `/api/agents/${AGENT}/start`);
    return { confirmed, streamed, after: await ada.rest(), bob: await bob.rest() };
  },
};

console.log(JSON.stringify(await stories[story]()));
process.exit();
