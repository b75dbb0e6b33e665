import type { Clock } from '../provider/clock.js';

/** A clock whose timers need not keep the process running. */
export interface IdleClock extends Clock {
  afterIdle(delayMs: number, callback: () => void): () => void;
}

const isIdleClock = (clock: Clock): clock is IdleClock => 'afterIdle' in clock && typeof clock.afterIdle === 'function';

/**
 * Calls back after the delay, if the process still runs then: waiting for it is no reason to run on. For what closes an idle connection. The
 * returned function cancels.
 */
export function idleTimer(clock: Clock, delayMs: number, callback: () => void): () => void {
  return isIdleClock(clock) ? clock.afterIdle(delayMs, callback) : clock.after(delayMs, callback);
}
