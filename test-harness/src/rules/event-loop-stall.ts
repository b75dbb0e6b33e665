import { setImmediate } from 'node:timers/promises';
import { starvedMs } from '../clock/starved-time.js';

/** The longest time for which the event loop did not come round while this work was done, in milliseconds for which it had a processor or waited. */
export async function longestStall(work: () => Promise<unknown>): Promise<number> {
  let isOver = false;
  const observe = () => {
    isOver = true;
  };
  let longest = 0;
  let before = ownTimeMs();
  work().then(observe, observe);
  while (!isOver) {
    await setImmediate();
    const now = ownTimeMs();
    longest = Math.max(longest, now - before);
    before = now;
  }
  return longest;
}

/** Real time without what other processes took of it. */
export const ownTimeMs = (): number => performance.now() - starvedMs();

/** The least of several: a machine that does much else stalls a process, too, but not each time. */
export async function leastOf(tries: number, measure: () => Promise<number>): Promise<number> {
  let least = Infinity;
  for (let index = 0; index < tries; index += 1) least = Math.min(least, await measure());
  return least;
}
