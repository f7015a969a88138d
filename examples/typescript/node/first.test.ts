import assert from "node:assert/strict";
import { test } from "node:test";
import { Understudy } from "understudy-mock";

test("a failed request is sent again", async () => {
  await using server = await Understudy.start();
  await using namespace = await server.namespace();
  const zep = namespace.api("zep");
  await zep.failNext("addUser", { status: 503 });

  // The program under test would do this, with zep.url and zep.apiKey.
  const headers = { Authorization: `Api-Key ${zep.apiKey}`, "Content-Type": "application/json" };
  const addUser = () => fetch(`${zep.url}/users`, { method: "POST", headers, body: '{"user_id":"ada"}' });
  assert.deepEqual([(await addUser()).status, (await addUser()).status], [503, 201]);

  await zep.assertCalled("addUser", { times: 2, body: { user_id: "ada" } });
});
