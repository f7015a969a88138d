import { type Namespace, Understudy } from "understudy-mock";
import { assistantIn } from "../src/clients.js";

let namespace: Namespace;

beforeEach(async () => {
  namespace = await (await Understudy.connect()).namespace();
});

afterEach(async () => {
  await namespace.assertNoViolations();
  await namespace.assertPlansMet();
  await namespace.close();
});

test("a session that expired is begun again", async () => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.clock.advance("31m");
  expect(await assistant.say("Hello")).toMatch(/Hello$/);
  await namespace.assertCalled("createSession", { times: 2 });
});

test("a function of the test answers", async () => {
  const assistant = assistantIn(namespace);
  await assistant.begin();
  await namespace.api("zep").respond("getThreadContext", (request) => ({
    context: `Thread ${request.path_parameters["threadId"]}`,
  }));
  expect(await assistant.say("Hello")).toBe(`You said: Thread ${assistant.threadId}\nHello`);
});
