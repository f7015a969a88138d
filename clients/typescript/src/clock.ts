/** The clock of a namespace. */
import { bodyOf, type ControlClient } from "./http.js";
import type { components } from "./control-api.js";

const SECONDS = { days: 86_400, hours: 3_600, minutes: 60, seconds: 1, milliseconds: 0.001 };

/** Units of a duration, such as `{ minutes: 31 }`. */
export type Units = { [unit in keyof typeof SECONDS]?: number };

/** The clock of a namespace. All methods return its time after the change. */
export class Clock {
  constructor(private readonly client: ControlClient) {}

  /** Return the clock's time. */
  async now(): Promise<Date> {
    return new Date((await bodyOf(this.client.GET("/clock"))).now);
  }

  /** Stop the clock: at a time (RFC 3339 if it is a text), or at the present one. */
  freeze(at?: Date | string): Promise<Date> {
    return this.change({ freeze: at === undefined ? true : timeText(at) });
  }

  /** Set the clock to a time; it stays frozen or running. */
  set(at: Date | string): Promise<Date> {
    return this.change({ set: timeText(at) });
  }

  /** Advance the clock by a duration ("31m", "1h30m", "PT31M"), or by units: `{ minutes: 31 }`. */
  async advance(by: string | Units): Promise<Date> {
    if (typeof by === "string") return this.change({ advance: by });
    const seconds = secondsOf(by);
    const days = Math.floor(seconds / SECONDS.days);
    if (days) await this.change({ advance: `P${days}D` });
    return this.change({ advance: `PT${(seconds - days * SECONDS.days).toFixed(3)}S` });
  }

  /** Let a frozen clock run on from its present time. */
  resume(): Promise<Date> {
    return this.change({ resume: true });
  }

  private async change(body: components["schemas"]["ClockChange"]): Promise<Date> {
    return new Date((await bodyOf(this.client.POST("/clock", { body }))).now);
  }
}

/** Return a time as the control API takes it. */
export function timeText(at: Date | string): string {
  return typeof at === "string" ? at : at.toISOString();
}

function secondsOf(units: Units): number {
  let seconds = 0;
  for (const [unit, number] of Object.entries(units)) {
    if (!(unit in SECONDS) || !(number >= 0)) {
      throw new TypeError(`advance takes "31m", or units such as { minutes: 31 }, not { ${unit}: ${number} }`);
    }
    seconds += number * SECONDS[unit as keyof Units];
  }
  return seconds;
}
