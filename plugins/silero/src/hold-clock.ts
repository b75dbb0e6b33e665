import type { Clock } from '@parley/core/provider';

type HoldableClock = Clock & { hold(): () => void };

const isHoldable = (clock: Clock): clock is HoldableClock => 'hold' in clock && typeof clock.hold === 'function';

/**
 * Waits for work of real time while a virtual clock stands still: else hours of a simulated call might pass before the model's thread
 * answers, and what it found would depend on the machine. A real clock goes on.
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
