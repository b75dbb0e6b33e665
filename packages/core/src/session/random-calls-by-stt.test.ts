import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCallBySTT, anyNoisyCall } from '../testing/__fixtures__/any-random-call.js';
import { randomCallCount, runsOf } from '../testing/__fixtures__/random-call-count.js';
import { brokenInvariants } from '../testing/call-invariants.js';
import { playRandomCall } from '../testing/play-random-call.js';

test('whatever happens in a call whose turns the STT ends, the invariants hold', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyCallBySTT, async (call) => {
      expect(brokenInvariants(await playRandomCall(call))).toEqual([]);
    }),
    runsOf(randomCallCount / 2),
  );
});

test('no reply is lost to noise', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyNoisyCall, async (call) => {
      const played = await playRandomCall(call);
      expect(brokenInvariants(played)).toEqual([]);
      const replies = played.history.flatMap((item) =>
        item.type === 'message' && item.role === 'assistant' ? [item.interrupted ?? false] : [],
      );
      expect(replies).toEqual([false]);
      expect(played.heard).toHaveLength(20);
    }),
    runsOf(randomCallCount / 5),
  );
});
