import { setTimeout } from 'node:timers/promises';

const tickMs = 25;

/**
 * Waits in real time for a promise, without owning it. A process that gets no processor for a while loses none of its time: it is counted in
 * ticks that it saw itself.
 *
 * @returns Whether it settled in time.
 */
export async function settlesWithin(promise: Promise<unknown>, realMs: number): Promise<boolean> {
  let isSettled = false;
  const observe = () => {
    isSettled = true;
  };
  const observed = promise.then(observe, observe);
  const over = new AbortController();
  try {
    for (let leftMs = realMs; leftMs > 0 && !isSettled; leftMs -= tickMs) {
      await Promise.race([observed, setTimeout(tickMs, undefined, { signal: over.signal }).catch(() => {})]);
    }
    return isSettled;
  } finally {
    over.abort();
  }
}
