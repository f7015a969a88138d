/** Starts one stand-in for all test files. */
import { Understudy } from "understudy-mock";

export default async function setup(): Promise<() => Promise<void>> {
  const server = await Understudy.start();
  process.env["UNDERSTUDY_URL"] = server.origin;
  return () => server.close();
}
