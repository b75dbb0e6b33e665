import type { Clock } from '../provider/clock.js';
import type { IdleClock } from './idle-timer.js';

/** Longest delay that `setTimeout` keeps; a longer one would fire at once. */
const longestDelayMs = 2_147_483_647;

const machineClock: IdleClock = {
  now: () => performance.now(),
  date: () => new Date(),
  after: (delayMs, callback) => startTimer({ delayMs, callback, keepsProcess: true }),
  afterIdle: (delayMs, callback) => startTimer({ delayMs, callback, keepsProcess: false }),
};

/** The machine's own time. The one place in core that reads it. */
export const realClock: Clock = machineClock;

function startTimer({ delayMs, callback, keepsProcess }: { delayMs: number; callback: () => void; keepsProcess: boolean }): () => void {
  const dueMs = performance.now() + delayMs;
  let handle: NodeJS.Timeout;
  const wait = (forMs: number): void => {
    handle = setTimeout(fire, Math.min(Math.max(0, forMs), longestDelayMs));
    if (!keepsProcess) handle.unref();
  };
  const fire = (): void => {
    // Node counts whole milliseconds, and fires up to two of them early; what is longer than it can wait comes in parts.
    const leftMs = dueMs - performance.now();
    if (leftMs > 0) wait(leftMs);
    else callback();
  };
  wait(delayMs);
  return () => clearTimeout(handle);
}
