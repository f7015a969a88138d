/** What a test planned and nothing met. */
import { excerpt } from "./messages.js";
import type { FaultRule, ScheduledRequest } from "./types.js";

/** Return a line about each plan that nothing has met; a rule that is left to chance may rightly meet nothing. */
export function unmetPlans(rules: readonly FaultRule[], scheduled: readonly ScheduledRequest[]): string[] {
  const unmet = rules.filter((rule) => !rule.hits && rule.probability >= 1);
  const waiting = scheduled.filter((each) => each.status === null);
  return [...unmet.map(ruleLine), ...waiting.map(scheduledLine)];
}

function ruleLine({ id, when, then }: FaultRule): string {
  const { operation = "any request", api: _, ...rest } = when;
  const fields = Object.keys(rest).length ? ` with ${excerpt(rest)}` : "";
  return `fault ${id} for ${operation}${fields}: ${excerpt(then)}`;
}

function scheduledLine({ id, request, due }: ScheduledRequest): string {
  return `scheduled request ${id}: ${request.method} ${request.path}${due ? `, due ${due}` : ""}`;
}
