/** An assistant that talks through an ElizaOS agent, with its memory in Zep. */
import { randomUUID } from "node:crypto";
import { ApiError, type ElizaClient } from "@elizaos/api-client";
import { type ZepClient, ZepError } from "@getzep/zep-cloud";

/** Statuses of a session that expired, or was ended. */
const GONE = [404, 410];

/** One user's assistant: `begin`, then `say` as often as you like. */
export class Assistant {
  readonly userId = randomUUID();
  readonly threadId = randomUUID();
  private sessionId = "";

  constructor(
    private readonly zep: ZepClient,
    private readonly eliza: ElizaClient,
  ) {}

  /** Begin a conversation. */
  async begin(): Promise<void> {
    await this.zep.user.add({ userId: this.userId });
    await this.zep.thread.create({ threadId: this.threadId, userId: this.userId });
    await this.beginSession();
  }

  /** Return the agent's answer; Zep stores both messages. */
  async say(text: string): Promise<string> {
    const content = [await this.recall(), text].filter(Boolean).join("\n");
    const answer = await this.send(content);
    const messages = [
      { role: "user" as const, content: text },
      { role: "assistant" as const, content: answer },
    ];
    await this.zep.thread.addMessages(this.threadId, { messages });
    return answer;
  }

  /** Return what Zep knows about the user; nothing while Zep is down. */
  private async recall(): Promise<string> {
    try {
      const { context } = await this.zep.thread.getUserContext(this.threadId, {}, { maxRetries: 0 });
      return context ?? "";
    } catch (error) {
      if (error instanceof ZepError && (error.statusCode ?? 500) >= 500) return "";
      throw error;
    }
  }

  private async send(content: string): Promise<string> {
    try {
      return await this.reply(content);
    } catch (error) {
      if (!(error instanceof ApiError && GONE.includes(error.status ?? 0))) throw error;
      await this.beginSession();
      return await this.reply(content);
    }
  }

  private async reply(content: string): Promise<string> {
    const message = await this.eliza.sessions.sendMessage(this.sessionId, { content, transport: "http" });
    return message.agentResponse?.text ?? "";
  }

  private async beginSession(): Promise<void> {
    const { agents } = await this.eliza.agents.listAgents();
    const agentId = agents[0]?.id;
    if (!agentId) throw new Error("there is no agent");
    const { sessionId } = await this.eliza.sessions.createSession({ agentId, userId: this.userId });
    this.sessionId = sessionId;
  }
}
