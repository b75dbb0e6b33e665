import type { Clock } from '../provider/clock.js';

type HoldableClock = Clock & { hold(): () => void };

const isHoldable = (clock: Clock): clock is HoldableClock => 'hold' in clock && typeof clock.hold === 'function';

/**
 * Does work of real time (a disk's) while a virtual clock stands still: otherwise hours might pass before the disk answers. A real clock
 * goes on.
 */
export async function holdClock<T>(clock: Clock, work: () => Promise<T>): Promise<T> {
  const release = isHoldable(clock) ? clock.hold() : () => {};
  try {
    return await work();
  } finally {
    release();
  }
}
