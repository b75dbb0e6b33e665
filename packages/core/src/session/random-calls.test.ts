import fc from 'fast-check';
import { expect, test } from 'vitest';
import { brokenInvariants } from '../testing/call-invariants.js';
import { playRandomCall } from '../testing/play-random-call.js';
import type { RandomAction, RandomCall, RandomReply, RandomSpeech, RandomVoice } from '../testing/random-call.js';

const count = Number(process.env['PARLEY_RANDOM_CALLS'] ?? 100);
const seed = process.env['PARLEY_RANDOM_SEED'];
/** A failure names its seed and the smallest call that it found. `PARLEY_RANDOM_SEED` plays the same calls again. */
const parameters = { numRuns: count, ...(seed === undefined ? {} : { seed: Number(seed) }) };

const grid = (fromMs: number, toMs: number): fc.Arbitrary<number> =>
  fc.integer({ min: fromMs / 50, max: toMs / 50 }).map((steps) => steps * 50);
const voice: fc.Arbitrary<RandomVoice> = fc.record({
  pauseMs: grid(50, 3000),
  lengthMs: grid(50, 2000),
  kind: fc.constantFrom('speech', 'speech', 'noise', 'interim'),
  transcriptDelayMs: grid(50, 1500),
});
const reply: fc.Arbitrary<RandomReply> = fc.record({
  words: fc.integer({ min: 0, max: 20 }),
  ttftMs: grid(0, 800),
  durationMs: grid(0, 1000),
  tools: fc.constantFrom(0, 0, 0, 1, 2),
  fails: fc.constantFrom('never', 'never', 'never', 'never', 'once', 'for-good', 'midway', 'stalls'),
});
const speech: fc.Arbitrary<RandomSpeech> = fc.record({
  wordMs: fc.constantFrom(100, 200, 300),
  ttfbMs: grid(0, 500),
  fails: fc.constantFrom('never', 'never', 'never', 'never', 'midway', 'for-good'),
});
const action: fc.Arbitrary<RandomAction> = fc.record({
  atMs: fc.integer({ min: 0, max: 20_000 }),
  type: fc.constantFrom(
    'say',
    'say-protected',
    'reply',
    'interrupt',
    'interrupt-all',
    'commit',
    'clear',
    'hand-off',
    'swap-output',
    'close',
  ),
});
const randomCall: fc.Arbitrary<RandomCall> = fc.record({
  voices: fc.array(voice, { maxLength: 8 }),
  replies: fc.array(reply, { minLength: 1, maxLength: 5 }),
  speeches: fc.array(speech, { minLength: 1, maxLength: 4 }),
  toolsMs: fc.array(grid(0, 3000), { maxLength: 3 }),
  actions: fc.array(action, { maxLength: 5 }),
  preemptive: fc.boolean(),
  falseInterruptionTimeoutMs: fc.constantFrom(2000, 500, null),
  minInterruptionWords: fc.constantFrom(0, 0, 2),
});

/** Found by chance: what was committed early was remembered again when its final came after another segment's. */
const committedEarly: RandomCall = {
  voices: [
    { pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 600 },
    { pauseMs: 50, lengthMs: 450, kind: 'speech', transcriptDelayMs: 50 },
  ],
  replies: [{ words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' }],
  speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'never' }],
  toolsMs: [],
  actions: [{ atMs: 101, type: 'commit' }],
  preemptive: false,
  falseInterruptionTimeoutMs: 2000,
  minInterruptionWords: 0,
};

test('whatever happens in a call, the invariants hold', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(randomCall, async (call) => {
      expect(brokenInvariants(await playRandomCall(call))).toEqual([]);
    }),
    { ...parameters, examples: [[committedEarly]] },
  );
});

test('no reply is lost to noise', { timeout: 3_600_000 }, async () => {
  const whole = { words: 20, ttftMs: 100, durationMs: 300, tools: 0, fails: 'never' } as const;
  const first = { pauseMs: 500, lengthMs: 1000, kind: 'speech', transcriptDelayMs: 200 } as const;
  const noise = fc.record({
    pauseMs: grid(50, 3000),
    lengthMs: grid(50, 2000),
    kind: fc.constant('noise' as const),
    transcriptDelayMs: fc.constant(200),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(noise, { maxLength: 6 }), fc.boolean(), async (noises, preemptive) => {
      const call: RandomCall = {
        voices: [first, ...noises],
        replies: [whole],
        speeches: [{ wordMs: 200, ttfbMs: 200, fails: 'never' }],
        toolsMs: [],
        actions: [],
        preemptive,
        falseInterruptionTimeoutMs: 2000,
        minInterruptionWords: 0,
      };
      const played = await playRandomCall(call);
      expect(brokenInvariants(played)).toEqual([]);
      expect(
        played.history.flatMap((item) => (item.type === 'message' && item.role === 'assistant' ? [item.interrupted ?? false] : [])),
      ).toEqual([false]);
      expect(played.heard).toHaveLength(20);
    }),
    { ...parameters, numRuns: Math.ceil(count / 5) },
  );
});
