/** The services' own clients, pointed at a namespace of the stand-in. */
import { ElizaClient } from "@elizaos/api-client";
import { ZepClient } from "@getzep/zep-cloud";
import type { Namespace } from "understudy-mock";
import { Assistant } from "./assistant.js";

/** Return an assistant whose services are those of a namespace. */
export function assistantIn(namespace: Namespace): Assistant {
  const [zep, eliza] = [namespace.api("zep"), namespace.api("eliza")];
  return new Assistant(
    new ZepClient({ apiKey: zep.apiKey, environment: zep.url }),
    ElizaClient.create({ baseUrl: eliza.url }),
  );
}
