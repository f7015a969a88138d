// The package that Zep's published TypeScript snippets import. They name it "zep-cloud", while npm has
// it as "@getzep/zep-cloud"; and that client, unlike the Python one, reads no ZEP_API_URL. This module
// fixes both, so that the snippets themselves need no change. A module that runs in this
// directory finds this package under its own name (Node: "self-referencing").
import { ZepClient as PublishedClient } from "@getzep/zep-cloud";

export class ZepClient extends PublishedClient {
  constructor(options) {
    super({ environment: `${process.env.ZEP_API_URL}/api/v2`, ...options });
  }
}
