import type { Clock } from '../provider/clock.js';

type HoldableClock = Clock & { hold(): () => void };

const isHoldable = (clock: Clock): clock is HoldableClock => 'hold' in clock && typeof clock.hold === 'function';

/**
 * Does work of real time (a disk's, a worker thread's) while a virtual clock stands still: else hours of a simulated call might pass before
 * the answer comes, and what it says would depend on the machine. A real clock goes on, at no cost.
 */
export function holdClock<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  return isHoldable(clock) ? held(clock, work) : work();
}

async function held<T>(clock: HoldableClock, work: () => Promise<T>): Promise<T> {
  const release = clock.hold();
  try {
    return await work();
  } finally {
    release();
  }
}
