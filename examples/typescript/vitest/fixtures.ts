/** `test` with a namespace for each test, which is judged at the end of the test. */
import { type Namespace, Understudy } from "understudy-mock";
import { test as base } from "vitest";

export const test = base.extend<{ namespace: Namespace }>({
  namespace: async ({ task }, use) => {
    const server = await Understudy.connect();
    await using namespace = await server.namespace();
    await use(namespace);
    if (task.result?.state === "fail") {
      console.log(await namespace.transcript());
      return;
    }
    await namespace.assertNoViolations();
    await namespace.assertPlansMet();
  },
});
