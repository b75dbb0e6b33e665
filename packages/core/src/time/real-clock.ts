import type { Clock } from '../provider/clock.js';

/** Longest delay that `setTimeout` keeps; a longer one would fire at once. */
const longestDelayMs = 2_147_483_647;

/** The machine's own time. The one place in core that reads it. */
export const realClock: Clock = {
  now: () => performance.now(),
  date: () => new Date(),
  after(delayMs, callback) {
    const handle = setTimeout(callback, Math.min(Math.max(0, delayMs), longestDelayMs));
    return () => clearTimeout(handle);
  },
};
