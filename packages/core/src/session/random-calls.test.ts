import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCallByVad, quietCall } from '../testing/__fixtures__/any-random-call.js';
import { randomCallCount, runsOf } from '../testing/__fixtures__/random-call-count.js';
import { brokenInvariants } from '../testing/call-invariants.js';
import { playRandomCall } from '../testing/play-random-call.js';
import type { RandomCall } from '../testing/random-call.js';

const words = { pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 100, endsTurn: true } as const;

/** Found by chance, made small, and mended since. */
const found: Readonly<Record<string, Partial<RandomCall>>> = {
  'what was committed early was remembered again when its final came after another segment’s': {
    voices: [
      { ...words, transcriptDelayMs: 600 },
      { ...words, lengthMs: 450, transcriptDelayMs: 50 },
    ],
    actions: [{ atMs: 101, type: 'commit' }],
  },
  'what was taken as an interim was heard again from an STT that broke off, and remembered each time': {
    voices: [words],
    hearings: [{ fails: 'breaks', afterMs: 100 }],
  },
  'what was taken as an interim was remembered again when its final came after another turn': {
    voices: [
      { ...words, transcriptDelayMs: 1300 },
      { ...words, pauseMs: 900, transcriptDelayMs: 50 },
    ],
    options: { ...quietCall.options, turnDetection: 'stt-turns-beside-vad', maxEndpointingDelayMs: 300 },
  },
  'what was taken as an interim was said again by an STT that was just hearing it again': {
    voices: [
      { ...words, pauseMs: 2750, lengthMs: 950, transcriptDelayMs: 50 },
      { ...words, pauseMs: 700, lengthMs: 900, kind: 'interim' },
    ],
    hearings: [
      { fails: 'refuses', afterMs: 0 },
      { fails: 'breaks', afterMs: 5150 },
    ],
  },
  'an STT that fell silent after it had said that somebody speaks was waited for without end, where there is no VAD': {
    voices: [{ ...words, transcriptDelayMs: 50 }],
    hearings: [{ fails: 'stalls', afterMs: 150 }],
    options: { ...quietCall.options, turnDetection: 'stt-turns' },
  },
  'an agent left twice, as the session was closed while it was leaving': {
    agents: [
      {
        onEnter: 'nothing',
        onExit: 'wait',
        onUserTurnCompleted: 'nothing',
        onUserTurnExceeded: 'commit',
        allowInterruptions: true,
        hasOwnSTT: false,
      },
    ],
    actions: [
      { atMs: 0, type: 'hand-off' },
      { atMs: 0, type: 'close' },
    ],
  },
  'a task began while an agent left, and went with it without leaving': {
    agents: [
      {
        onEnter: 'say',
        onExit: 'wait',
        onUserTurnCompleted: 'nothing',
        onUserTurnExceeded: 'nothing',
        allowInterruptions: false,
        hasOwnSTT: false,
      },
    ],
    actions: [
      { atMs: 0, type: 'hand-off' },
      { atMs: 1, type: 'await-task' },
    ],
  },
};

test.each(Object.entries(found))('found by chance: %s', async (_what, call) => {
  expect(brokenInvariants(await playRandomCall({ ...quietCall, ...call }))).toEqual([]);
});

test('whatever happens in a call, the invariants hold', { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(anyCallByVad, async (call) => {
      expect(brokenInvariants(await playRandomCall(call))).toEqual([]);
    }),
    runsOf(randomCallCount / 2),
  );
});
