import { ownTimeMs } from '../rules/event-loop-stall.js';

/** Holds the event loop up for so many milliseconds, by the time that the rules count: what other processes take comes on top. */
export function busy(ms: number): void {
  for (const untilMs = ownTimeMs() + ms; ownTimeMs() < untilMs;);
}
