/** What the type checker has to refuse: each comment is an error if the line below it is right. */
import type { Namespace } from "understudy-mock";
import { match, Understudy } from "understudy-mock";

export async function wrong(namespace: Namespace): Promise<void> {
  const zep = namespace.api("zep");
  // @ts-expect-error a status is a number
  await zep.failNext("addUser", { status: "503" });
  // @ts-expect-error there is no such field
  await zep.failNext("addUser", { latency: 1 });
  // @ts-expect-error a connection is closed or reset
  await zep.fail("addUser", { connection: "dropped" });
  // @ts-expect-error there is no such part of a request
  await zep.assertCalled("addUser", { json: { user_id: "ada" } });
  // @ts-expect-error `times` is of assertCalled; waitFor has `count`
  await zep.waitFor("addUser", { times: 2 });
  // @ts-expect-error there is no such unit
  await zep.clock.advance({ minute: 31 });
  // @ts-expect-error a request is incoming or outgoing
  await zep.requests({ direction: "in" });
  // @ts-expect-error there is no such JSON type
  match.type("text");
  // @ts-expect-error a function gets a request, which has no such field
  await zep.respond("getUser", (request) => request.params);
  // @ts-expect-error sources are a list
  await Understudy.start({ sources: "petstore.yaml" });
}
