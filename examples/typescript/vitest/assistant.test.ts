import { AssertionFailedError, match, response } from "understudy-mock";
import { expect } from "vitest";
import { assistantIn } from "../src/clients.js";
import { test } from "./fixtures.js";

test("the agent answers, and Zep stores both messages", async ({ namespace }) => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  expect(await assistant.say("I live in Oslo.")).toMatch(/^You said: [^]*I live in Oslo\.$/);
  await namespace.api("zep").assertCalled("addThreadMessages", {
    times: 1,
    body: { messages: [{ role: "user", content: "I live in Oslo." }, { role: "assistant" }] },
  });
});

test("a session that expired is begun again", async ({ namespace }) => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.clock.advance({ minutes: 31 });
  expect(await assistant.say("Hello")).toMatch(/Hello$/);
  const sessions = await namespace.requests("createSession");
  expect(sessions.map((each) => each.response.status)).toEqual([201, 201]);
});

test("without Zep the agent answers all the same", async ({ namespace }) => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.api("zep").failNext("getThreadContext", { status: 503 });
  expect(await assistant.say("Hello")).toBe("You said: Hello");
});

test("what Zep remembers is told to the agent", async ({ namespace }) => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.api("zep").respond("getThreadContext", [response(), { context: "She likes tea." }]);
  await assistant.say("Hello");
  await assistant.say("What do I like?");
  await namespace.api("eliza").waitFor("sendSessionMessage", { body: { content: /^She likes tea/ } });
});

test("an assertion that fails shows the near misses", async ({ namespace }) => {
  await assistantIn(namespace).begin();
  const called = namespace.assertCalled("addUser", { body: { user_id: "ada", email: match.present } });
  await expect(called).rejects.toThrow(AssertionFailedError);
  await expect(called).rejects.toThrow("body /user_id: wanted 'ada', got");
});
