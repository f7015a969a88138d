// The released ElizaOS server, on loopback, with one agent and no language model: the model's text is
// ELIZA_REPLY. The agent's character is the JSON in ELIZA_CHARACTER.
import { ModelType } from '@elizaos/core';
import { AgentServer } from '@elizaos/server';
import express from 'express';

const { PORT, PGLITE_DATA_DIR, ELIZA_CHARACTER, ELIZA_REPLY } = process.env;

const decision = '<response><reasoning>I listen.</reasoning><action>RESPOND</action></response>';
const answer = `<response>
  <thought>I listen.</thought><actions>REPLY</actions><providers></providers>
  <text>${ELIZA_REPLY}</text>
</response>`;

// A prompt of its own decides first whether to respond.
const generate = async (_runtime, { prompt }) => (/\bSTOP\b/.test(prompt) ? decision : answer);

const models = {
  name: 'models-of-the-comparison',
  description: 'Return the same text every time',
  priority: 100,
  models: {
    [ModelType.TEXT_EMBEDDING]: async () => new Array(384).fill(0),
    [ModelType.TEXT_SMALL]: generate,
    [ModelType.TEXT_LARGE]: generate,
    [ModelType.TRANSCRIPTION]: async () => ELIZA_REPLY,
    [ModelType.OBJECT_SMALL]: async () => ({}),
    [ModelType.OBJECT_LARGE]: async () => ({}),
  },
};

// Each request seems to come from another address: the server's limits for each address (1,000
// requests in a quarter of an hour, fewer for files) would end a check of thousands.
let requests = 0;
Object.defineProperty(express.request, 'ip', {
  get() {
    requests += 1;
    return [10, requests >> 16, requests >> 8, requests].map((part) => part & 255).join('.');
  },
});

const server = new AgentServer();
await server.start({
  port: Number(PORT),
  dataDir: PGLITE_DATA_DIR,
  agents: [{ character: JSON.parse(ELIZA_CHARACTER), plugins: [models] }],
});

// What the database refuses is refused thrice, and seconds apart; a check has many such requests.
const adapters = server.elizaOS.getAgents().map((agent) => agent.adapter);
for (const adapter of [server.database, ...adapters]) {
  if (adapter) Object.assign(adapter, { baseDelay: 0, jitterMax: 0 });
}
console.log('READY');
