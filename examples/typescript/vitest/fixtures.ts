/** `test` with a namespace for each test, and what it has to hold at its end. */
import { type Namespace, Understudy } from "understudy-mock";
import { test as base } from "vitest";

export const test = base.extend<{ namespace: Namespace }>({
  namespace: async ({}, use) => {
    const server = await Understudy.connect();
    await using namespace = await server.namespace();
    await use(namespace);
    await namespace.assertNoViolations();
    await namespace.assertPlansMet();
  },
});
