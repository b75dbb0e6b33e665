import { realClock } from '@parley/core';

/** For agents, servers and browsers to do what is waited for. */
const mostMs = 20_000;
const lookEveryMs = 20;

/** Looks now and then: those who are waited for are other programs. @throws {Error} It is not so in time: names it. */
export async function until(what: string, look: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = realClock.now() + mostMs;
  while (realClock.now() < endMs) {
    if (await look()) return;
    await after(lookEveryMs);
  }
  throw new Error(`${what}: not within ${mostMs} ms`);
}

export const after = (delayMs: number): Promise<void> => new Promise((resolve) => void realClock.after(delayMs, resolve));
