import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Looks each millisecond; at once where it is true already.
 *
 * @throws {Error} It has not become true in time; names what was waited for.
 */
export async function untilTrue(
  isTrue: () => boolean,
  { what, timeoutMs }: { readonly what: string; readonly timeoutMs: number },
): Promise<void> {
  const lateMs = performance.now() + timeoutMs;
  while (!isTrue()) {
    if (performance.now() > lateMs) throw new Error(`waited ${timeoutMs} ms for ${what}`);
    await sleep(1);
  }
}
