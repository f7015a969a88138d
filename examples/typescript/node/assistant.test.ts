import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Understudy } from "understudy-mock";
import { assistantIn } from "../src/clients.js";

let server: Understudy;

before(async () => {
  server = await Understudy.start();
});

after(() => server.close());

test("a session that expired is begun again", async () => {
  await using namespace = await server.namespace();
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.clock.advance("31m");
  assert.match(await assistant.say("Hello"), /Hello$/);
  await namespace.assertCalled("createSession", { times: 2 });
});

test("an error of the agent is the caller's", async () => {
  await using namespace = await server.namespace();
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.api("eliza").fail("sendSessionMessage", { status: 500, times: 1 });
  await assert.rejects(assistant.say("Hello"), { status: 500 });
  await namespace.assertPlansMet();
});
