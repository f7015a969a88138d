/** The package as it is installed, against a server that it starts. */
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { after, before, beforeEach, test } from "node:test";
import { type ApiDouble, AssertionFailedError, match, type Namespace, response, Understudy } from "understudy-mock";

const UUID = "5b2f7c1e-90ad-4d3b-8a56-3e1f0c9d7b24";
const CREATED_AT = "2026-01-01T00:00:00Z";

let server: Understudy;
let namespace: Namespace;
let zep: ApiDouble;

before(async () => {
  server = await Understudy.start();
});

after(() => server.close());

beforeEach(async () => {
  namespace = await server.namespace();
  zep = namespace.api("zep");
});

/** Send a request as a client of Zep does. */
function send(method: string, path: string, body?: object): Promise<Response> {
  const headers = { Authorization: `Api-Key ${zep.apiKey}`, "Content-Type": "application/json" };
  return fetch(zep.url + path, { method, headers, body: body && JSON.stringify(body) });
}

const addUser = (user_id: string) => send("POST", "/users", { user_id });

/** Return the message of the error that a promise is rejected with. */
async function messageOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return `${(error as Error).name}: ${(error as Error).message}`;
  }
  return "no error";
}

test("an API has its URL and its environment", () => {
  assert.equal(zep.url, `${server.origin}/_ns/${namespace.name}/api/v2`);
  assert.deepEqual(zep.env, { ZEP_API_URL: namespace.url, ZEP_API_KEY: "understudy" });
  assert.ok(Object.values(zep.baseUrls).includes(zep.url));
  assert.throws(() => namespace.api("zip"), { message: /has no API 'zip'; it has eliza, zep, zep4/ });
});

test("a namespace is empty, has the same ids in every run, and ends with close", async () => {
  const { uuid } = (await (await addUser("ada")).json()) as { uuid: string };
  const other = await server.namespace();
  const user = await fetch(`${other.api("zep").url}/users`, {
    method: "POST",
    headers: { Authorization: "Api-Key understudy", "Content-Type": "application/json" },
    body: '{"user_id":"ada"}',
  });
  assert.equal(((await user.json()) as { uuid: string }).uuid, uuid);
  await other.close();
  assert.deepEqual(await other.requests(), []);
  await other.close();
  assert.match(await messageOf(server.namespace("a b")), /RangeError: the name of a namespace/);
});

test("faults and stubs answer", async () => {
  await zep.failNext("addUser", { status: 503, headers: { "Retry-After": "1" } });
  assert.equal((await addUser("ada")).status, 503);
  assert.equal((await addUser("ada")).status, 201);
  const id = await zep.fail({ when: { method: "GET" }, status: 500 });
  assert.equal((await send("GET", "/users/ada")).status, 500);
  await zep.removeFault(id);
  const gone = Response.json({ message: "gone" }, { status: 404 });
  await zep.respond("getUser", [gone, response({ status: 503 }), response()]);
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await send("GET", "/users/ada")).status);
  assert.deepEqual(statuses, [404, 503, 200, 200]);
  await namespace.clearFaults();
  assert.deepEqual(await namespace.faults(), []);
  const user = { user_id: "{$request.body#/user_id}", uuid: UUID, created_at: CREATED_AT };
  await zep.respond("addUser", user, { template: true });
  assert.equal(((await (await addUser("eve")).json()) as { user_id: string }).user_id, "eve");
});

test("a function answers, and what it throws is an error of the exchange", async (context) => {
  await zep.respond("getUser", ({ path_parameters }) => {
    if (path_parameters["userId"] === "nobody") throw new Error("not here");
    return { user_id: path_parameters["userId"], uuid: UUID, created_at: CREATED_AT };
  });
  assert.equal(((await (await send("GET", "/users/bob")).json()) as { user_id: string }).user_id, "bob");
  const logged = context.mock.method(console, "error", () => undefined);
  assert.equal((await send("GET", "/users/nobody")).status, 500);
  assert.equal(logged.mock.callCount(), 1);
  assert.match((await zep.requests("getUser")).at(-1)?.error ?? "", /not here/);
});

test("a stub that the document does not allow is refused", async () => {
  const refused = zep.respond("getUser", { user_id: 7 });
  await assert.rejects(refused, { name: "ControlError", status: 400, message: /"uuid" is a required property/ });
  assert.match(await messageOf(zep.respond("getUser", [{}])), /an array is one response after the other/);
  assert.match(await messageOf(zep.respond("getUser", [])), /TypeError: an empty array has no response/);
  assert.match(await messageOf(zep.respond("getUser", [() => 1])), /TypeError: a function answers all/);
  assert.match(await messageOf(zep.respond("getUser")), /TypeError: respond\(\) needs an answer/);
  await zep.respond("getUser", { user_id: 7 }, { allow_invalid: true, times: 1 });
  assert.deepEqual(await (await send("GET", "/users/ada")).json(), { user_id: 7 });
});

test("assertions say what came nearest", async () => {
  await addUser("ada");
  await zep.assertCalled("addUser", { times: 1, status: 201, body: { user_id: /^a/ } });
  await zep.assertCalled({ path: "/api/v2/*", body: { user_id: match.oneOf("ada", "eve") } });
  const wrong = zep.assertCalled("addUser", { times: 1, body: { user_id: "eve", email: match.present } });
  await assert.rejects(wrong, (error: Error) => {
    assert.ok(error instanceof AssertionFailedError);
    const [first, , near, ...differences] = error.message.split("\n");
    assert.match(first ?? "", /^expected addUser with body: .* to be called once, but it was called 0 times$/);
    assert.match(near ?? "", /^near miss: .* addUser: POST \/api\/v2\/users -> 201 \([\d.]+ ms\)$/);
    assert.equal(differences[0], "  body /user_id: wanted 'eve', got 'ada'");
    return true;
  });
  const late = zep.waitFor("addUser", { count: 2, timeout: 0.01 });
  assert.match(await messageOf(late), /1 of 2 expected requests matched addUser within 0.01 seconds/);
  assert.match(await messageOf(zep.waitFor("addUser", { timeout: 5000 })), /RangeError: timeout is in seconds/);
  assert.equal((await zep.waitFor("addUser")).length, 1);
});

test("names that do not exist are answered by those that do", async () => {
  assert.match(await messageOf(zep.assertCalled("addUsr")), /did you mean 'addUser'/);
  assert.match(await messageOf(zep.plant("fct")), /did you mean 'plant_fact'/);
  assert.match(await messageOf(zep.assertCalled({ body: /a/i })), /TypeError: .* has flags/);
  assert.match(await messageOf(zep.assertCalled({ body: { a: { $regx: "a" } } })), /did you mean '\$regex'/);
});

test("violations and plans that were not met are named", async () => {
  await namespace.assertNoViolations();
  await send("POST", "/users", { user_id: 7 });
  assert.match(await messageOf(zep.assertNoViolations()), /addUser: POST .*\n {2}body \/user_id: 7 is not of type/);
  assert.equal((await zep.violations("getUser")).length, 0);
  await namespace.assertPlansMet();
  await zep.failNext("addUser", { status: 503 });
  await namespace.schedule("DELETE", "/api/v2/users/ada", { in: "5m" });
  const message = await messageOf(namespace.assertPlansMet());
  assert.match(message, /never met:\nfault 1 for addUser: { status: 503 }\nscheduled request 1: DELETE .*, due /);
});

test("the clock moves, and what is due is done", async () => {
  assert.deepEqual(await zep.clock.freeze(CREATED_AT), new Date(CREATED_AT));
  await addUser("ada");
  await namespace.schedule("DELETE", "/api/v2/users/ada", {
    at: new Date("2026-01-02T00:00:00Z"),
    headers: { Authorization: "Api-Key understudy" },
  });
  assert.equal((await zep.clock.advance({ days: 1, minutes: 31 })).toISOString(), "2026-01-02T00:31:00.000Z");
  assert.equal((await send("GET", "/users/ada")).status, 404);
  assert.equal((await namespace.scheduled())[0]?.status, 200);
  assert.equal((await zep.clock.advance("29m")).toISOString(), "2026-01-02T01:00:00.000Z");
  assert.deepEqual(await zep.clock.set(CREATED_AT), await zep.clock.now());
  await zep.clock.resume();
  assert.match(await messageOf(zep.clock.advance("31 minutes")), /'31 minutes' is not a duration: write/);
  assert.match(await messageOf(zep.clock.advance({ minute: 3 } as object)), /TypeError: advance takes "31m"/);
});

test("state is exported, loaded, saved and restored; facts are planted", async () => {
  await addUser("ada");
  const fact = await zep.plant<{ fact: string }>("fact", { fact: "Ada likes tea", user_id: "ada" });
  assert.equal(fact.fact, "Ada likes tea");
  await zep.state.snapshot("with-ada");
  const state = await zep.state.export();
  await zep.reset();
  assert.equal((await send("GET", "/users/ada")).status, 404);
  await zep.state.load(state);
  assert.equal((await send("GET", "/users/ada")).status, 200);
  await zep.reset();
  assert.match(await messageOf(zep.state.restore("with-ada")), /there is no snapshot/);
});

test("single records are changed, and a snapshot is read", async () => {
  await addUser("ada");
  await zep.state.snapshot("base");
  const users = (await zep.state.readSnapshot("base")).apis?.["zep"]?.["understudy"]?.["users"];
  const expected = users?.records["ada"];
  assert.ok(expected);
  const place = { api: "zep", tenant: "understudy", collection: "users", key: "ada" };
  await zep.state.changeRecords([{ ...place, record: null, expected }]);
  assert.equal((await send("GET", "/users/ada")).status, 404);
  const late = messageOf(zep.state.changeRecords([{ ...place, record: null, expected }]));
  assert.match(await late, /ControlError: .*\/0\/expected: there is no such record now/);
});

test("operations and their coverage are there", async () => {
  await addUser("ada");
  const names = (await namespace.operations("zep")).map((each) => each.operation);
  assert.ok(names.includes("addUser") && (await namespace.operations()).length > names.length);
  assert.equal((await namespace.coverage()).seen, 1);
  const { apis } = await namespace.coverage({ api: "zep", operation: "addUser" });
  const operation = apis[0]?.operations[0];
  assert.deepEqual([apis.length, operation?.calls, operation?.statuses["201"]], [1, 1, 1]);
  assert.ok(operation?.untouched);
  assert.match(await messageOf(namespace.coverage({ operation: "addUsr" })), /did you mean 'addUser'/);
});

test("settings, actions, webhooks and curl lines are there", async () => {
  assert.equal((await namespace.settings({ strict: true })).strict, true);
  assert.ok("ingestion" in (await zep.settings()));
  assert.ok((await namespace.actions()).some((each) => each.name === "plant_fact"));
  const [webhook] = await namespace.webhooks();
  assert.ok(webhook);
  assert.match((await namespace.setWebhookUrl(webhook.name, "http://127.0.0.1:9/")) ?? "", /^whsec_/);
  assert.deepEqual(await namespace.deliveries(), []);
  await addUser("ada");
  assert.match(await zep.curl("addUser"), /^curl -X POST .*Api-Key understudy/);
  assert.match(await zep.code("python", { operation: "addUser" }), /^import httpx\n[^]*Api-Key understudy/);
  assert.match(await zep.transcript(), /addUser: POST \/api\/v2\/users -> 201/);
});

test("a server that cannot be used is named", async () => {
  assert.equal((await Understudy.connect(`${server.origin}/`)).apis.length, server.apis.length);
  const missing = Understudy.start({ command: "no-such-command" });
  assert.match(await messageOf(missing), /StartError: there is no command `no-such-command`: install Understudy/);
  const uninstalled = Understudy.start({ command: "python3 -I -S -m understudy" });
  assert.match(await messageOf(uninstalled), /StartError: there is no command .*: install Understudy/);
  const refused = Understudy.start({ sources: ["no-such-document.yaml"] });
  assert.match(await messageOf(refused), /StartError: .* cannot read no-such-document.yaml: No such file/);
  const secured = Understudy.start({ args: ["--tls"] });
  assert.match(await messageOf(secured), /does not respond: \w+; the variable NODE_EXTRA_CA_CERTS/);
  const other = createServer((_, answer) => answer.end("{}")).listen(0, "127.0.0.1");
  await new Promise((resolve) => other.once("listening", resolve));
  const url = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
  assert.match(await messageOf(Understudy.connect(url)), /has no stand-in/);
  await new Promise((resolve) => other.close(resolve));
  assert.match(await messageOf(Understudy.connect(url)), /does not respond: ECONNREFUSED/);
  assert.match(await messageOf(Understudy.connect("")), /TypeError: give the URL of a stand-in/);
});

test("CommonJS gets the same names", () => {
  const required = createRequire(import.meta.url)("understudy-mock") as object;
  assert.ok("Understudy" in required && "match" in required);
});
