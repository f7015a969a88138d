/** Starts one stand-in for all test files. */
import { Understudy } from "understudy-mock";

export default async function start() {
  globalThis.understudy = await Understudy.start();
  process.env.UNDERSTUDY_URL = globalThis.understudy.origin;
}
