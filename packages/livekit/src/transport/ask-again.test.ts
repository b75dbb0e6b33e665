import { APIConnectionError, APIStatusError } from '@parley/core/provider';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { askAgain } from './ask-again.js';

const provider = 'livekit';
const timeoutMs = 16_000;
/** As a node answers that has lost its Redis. */
const refusal = new APIStatusError('no Redis', { provider, status: 500 });

/** A server that refuses until `backAtMs`; what was asked of it is in `asked`, by the time. */
function startServer({
  backAtMs = 0,
  isDeafOnly = false,
  error = refusal,
}: { backAtMs?: number; isDeafOnly?: boolean; error?: Error } = {}) {
  const clock = new VirtualClock();
  const asked: number[] = [];
  let isThere = false;
  const asking = askAgain(
    {
      ask: async () => {
        asked.push(clock.now());
        const isBack = clock.now() >= backAtMs;
        isThere ||= isBack || isDeafOnly;
        if (!isBack) throw error;
      },
      isAsked: async () => {
        if (clock.now() < backAtMs) throw error;
        return isThere;
      },
    },
    { clock, timeoutMs },
  );
  asking.catch(() => {});
  return { clock, asked, asking };
}

test('an agent is asked for once where the server answers', async () => {
  const { asking, asked } = startServer();
  await asking;
  expect(asked).toEqual([0]);
});

test('a server that refuses is asked again once it has answered for six seconds: until then it may send the agent elsewhere', async () => {
  const { clock, asking, asked } = startServer({ backAtMs: 3000 });
  await clock.advance(timeoutMs);
  await asking;
  expect(asked).toHaveLength(2);
  expect(asked[1]).toBeGreaterThanOrEqual(9000);
  expect(asked[1]).toBeLessThan(12_000);
});

test('an answer that was lost is no second request', async () => {
  const { clock, asking, asked } = startServer({ backAtMs: 1000, isDeafOnly: true });
  await clock.advance(timeoutMs);
  await asking;
  expect(asked).toEqual([0]);
});

test('it ends with the last failure where the server does not come back in time', async () => {
  const { clock, asking, asked } = startServer({ backAtMs: Infinity });
  await clock.advance(timeoutMs + 2000);
  await expect(asking).rejects.toBe(refusal);
  expect(asked).toEqual([0]);
});

test('what the server will not have is asked for no more', async () => {
  const error = new APIStatusError('no', { provider, status: 403 });
  const { asking } = startServer({ backAtMs: Infinity, error });
  await expect(asking).rejects.toBe(error);
});

test('a server that is not reached is one that may come back', async () => {
  const { clock, asking, asked } = startServer({ backAtMs: 1000, error: new APIConnectionError('refused', { provider }) });
  await clock.advance(timeoutMs);
  await asking;
  expect(asked).toHaveLength(2);
});

test('nothing is asked for after its time, where looking takes as long as it may', async () => {
  const clock = new VirtualClock();
  const asked: number[] = [];
  const asking = askAgain(
    {
      ask: async () => {
        asked.push(clock.now());
        throw refusal;
      },
      isAsked: async () => {
        await new Promise<void>((resolve) => void clock.after(4000, resolve));
        return false;
      },
    },
    { clock, timeoutMs: 12_000 },
  );
  await expect(clock.runUntil(asking)).rejects.toBe(refusal);
  expect([asked, clock.now()]).toEqual([[0], 15_500]);
});
