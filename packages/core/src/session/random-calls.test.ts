import fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyCallByVad, quietCall } from '../testing/__fixtures__/any-random-call.js';
import { randomCallCount, runsOf } from '../testing/__fixtures__/random-call-count.js';
import { brokenInvariants } from '../testing/call-invariants.js';
import { playRandomCall } from '../testing/play-random-call.js';
import type { RandomAgent, RandomCall } from '../testing/random-call.js';

const words = { pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 100, endsTurn: true } as const;

const quietAgent: RandomAgent = {
  onEnter: 'nothing',
  onExit: 'nothing',
  onUserTurnCompleted: 'nothing',
  onUserTurnExceeded: 'commit',
  allowInterruptions: true,
  hasOwnSTT: false,
};

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
  'what was taken as an interim, at the moment in which the STT said it again, was remembered again': {
    voices: [
      { ...words, pauseMs: 450, lengthMs: 300, kind: 'interim', transcriptDelayMs: 50 },
      { ...words, pauseMs: 800, lengthMs: 1800, transcriptDelayMs: 50 },
      { ...words, pauseMs: 1800, lengthMs: 300, transcriptDelayMs: 1500 },
    ],
    hearings: [{ fails: 'expires', afterMs: 3350 }],
    options: { ...quietCall.options, turnDetection: 'stt' },
  },
  'what was taken as an interim was said again by an STT that was still heard out for an agent before': {
    voices: [
      { ...words, transcriptDelayMs: 50 },
      { ...words, pauseMs: 500, lengthMs: 250, transcriptDelayMs: 50 },
      { ...words, pauseMs: 750, lengthMs: 150, transcriptDelayMs: 50 },
      { ...words, pauseMs: 1150, lengthMs: 550 },
    ],
    hearings: [{ fails: 'breaks', afterMs: 100 }],
    agents: [{ ...quietAgent, onUserTurnCompleted: 'await-task', allowInterruptions: false, hasOwnSTT: true }],
    tasks: [
      { ends: 'after', ms: 0, onEnter: 'nothing' },
      { ends: 'after', ms: 2500, onEnter: 'nothing' },
    ],
  },
  'an STT that fell silent after it had said that somebody speaks was waited for without end, where there is no VAD': {
    voices: [{ ...words, transcriptDelayMs: 50 }],
    hearings: [{ fails: 'stalls', afterMs: 150 }],
    options: { ...quietCall.options, turnDetection: 'stt-turns' },
  },
  'a timer was left when a session closed while the agent’s entering waited for a task, and the agent took its time to leave': {
    agents: [{ ...quietAgent, onEnter: 'await-task', onExit: 'wait' }],
    actions: [
      { atMs: 0, type: 'hand-off' },
      { atMs: 0, type: 'close' },
    ],
  },
  'a timer was left when a session closed while the entering of a task waited for another': {
    agents: [{ ...quietAgent, onExit: 'wait' }],
    tasks: [{ ends: 'after', ms: 0, onEnter: 'await-task' }],
    actions: [
      { atMs: 0, type: 'await-task' },
      { atMs: 1, type: 'close' },
      { atMs: 0, type: 'hand-off' },
    ],
  },
  'tools that were tried again, reported each time and spoke with a voice that broke off took four minutes to come to rest': {
    voices: [
      { ...words, pauseMs: 1200, lengthMs: 1850, transcriptDelayMs: 50 },
      { ...words, pauseMs: 1700, lengthMs: 1600, transcriptDelayMs: 50 },
      { ...words, lengthMs: 1050, transcriptDelayMs: 150 },
      { ...words, transcriptDelayMs: 50 },
    ],
    replies: [
      { words: 2, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' },
      { words: 0, ttftMs: 500, durationMs: 0, tools: 1, fails: 'never' },
      { words: 2, ttftMs: 0, durationMs: 0, tools: 1, fails: 'never' },
      { words: 2, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' },
      { words: 2, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' },
    ],
    speeches: [{ wordMs: 100, ttfbMs: 350, fails: 'midway' }],
    tools: [{ does: 'foreground', ms: 550, uninterruptible: false, background: false, onDuplicate: 'allow', timeoutMs: null }],
    agents: [{ ...quietAgent, onExit: 'reply', onUserTurnCompleted: 'stop', onUserTurnExceeded: 'say' }],
    actions: [{ atMs: 7526, type: 'hand-off' }],
    options: { ...quietCall.options, preemptive: 'tts', discardAudioIfUninterruptible: false, turnDetection: 'stt-turns' },
  },
  'an STT that was heard out for an agent before told of a voice after its time, whose end nobody waited for': {
    voices: [{ ...words, transcriptDelayMs: 50 }],
    hearings: [{ fails: 'refuses', afterMs: 100 }],
    agents: [{ ...quietAgent, hasOwnSTT: true }],
    actions: [{ atMs: 101, type: 'hand-back' }],
    options: { ...quietCall.options, turnDetection: 'stt' },
  },
  'an agent left twice, as the session was closed while it was leaving': {
    agents: [{ ...quietAgent, onExit: 'wait' }],
    actions: [
      { atMs: 0, type: 'hand-off' },
      { atMs: 0, type: 'close' },
    ],
  },
  'a task began while an agent left, and went with it without leaving': {
    agents: [{ ...quietAgent, onExit: 'wait' }],
    actions: [
      { atMs: 0, type: 'hand-off' },
      { atMs: 1, type: 'await-task' },
    ],
  },
  'what an STT was just hearing out was told and not remembered, as the session was closed': {
    voices: [{ ...words, transcriptDelayMs: 50 }],
    agents: [{ ...quietAgent, hasOwnSTT: true }],
    actions: [
      { atMs: 101, type: 'hand-off' },
      { atMs: 102, type: 'close' },
    ],
    options: { ...quietCall.options, turnDetection: 'stt' },
  },
  'a reply waited for its agent to have the word again, though the session was closed while that was given back': {
    voices: [{ ...words, transcriptDelayMs: 50 }],
    replies: [{ words: 0, ttftMs: 0, durationMs: 0, tools: 1, fails: 'never' }],
    tools: [{ does: 'return', ms: 0, uninterruptible: false, background: false, onDuplicate: 'allow', timeoutMs: null }],
    tasks: [{ ends: 'by-tool', ms: 0, onEnter: 'say' }],
    actions: [
      { atMs: 126, type: 'reply' },
      { atMs: 127, type: 'await-task' },
      { atMs: 401, type: 'close' },
    ],
    options: { ...quietCall.options, turnDetection: 'stt', maxEndpointingDelayMs: 300 },
  },
  'an utterance that was cut as a protected speech began was heard again, for an STT of one utterance a call': {
    voices: [{ ...words, pauseMs: 1350, lengthMs: 450, transcriptDelayMs: 50 }],
    speeches: [{ wordMs: 300, ttfbMs: 0, fails: 'never' }],
    actions: [
      { atMs: 0, type: 'say' },
      { atMs: 1801, type: 'protect-newest' },
    ],
    options: { ...quietCall.options, hasStreamingSTT: false },
  },
  'nobody came to rest while onUserTurnExceeded waited for a task': {
    voices: [words, { ...words, pauseMs: 500 }, words],
    agents: [{ ...quietAgent, onUserTurnExceeded: 'await-task' }],
    tasks: [{ ends: 'never', ms: 0, onEnter: 'nothing' }],
    options: { ...quietCall.options, userTurnWords: 4 },
  },
  'a reply was begun for a text that had been cleared, and the session was never idle': {
    voices: [{ pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 50, endsTurn: true }],
    replies: [{ words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'once' }],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'never' }],
    actions: [{ atMs: 0, type: 'clear' }],
    options: {
      ...quietCall.options,
      hasStreamingSTT: false,
      preemptive: true,
      discardAudioIfUninterruptible: false,
      turnDetection: 'stt-turns',
    },
  },
  'a tool that cannot be interrupted waited for idle, its speech cut, without end': {
    voices: [{ pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 50, endsTurn: true }],
    replies: [
      { words: 0, ttftMs: 0, durationMs: 0, tools: 2, fails: 'never' },
      { words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' },
    ],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'never' }],
    tools: [{ does: 'await-idle', ms: 50, uninterruptible: true, background: false, onDuplicate: 'allow', timeoutMs: null }],
    actions: [{ atMs: 601, type: 'interrupt-all' }],
    options: { ...quietCall.options, discardAudioIfUninterruptible: false },
  },
  'a tool waited for idle while another waited for the foreground, each for the other': {
    replies: [{ words: 0, ttftMs: 0, durationMs: 0, tools: 2, fails: 'never' }],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'never' }],
    tools: [
      { does: 'await-idle', ms: 0, uninterruptible: false, background: false, onDuplicate: 'reject', timeoutMs: null },
      { does: 'foreground', ms: 0, uninterruptible: false, background: true, onDuplicate: 'allow', timeoutMs: null },
    ],
    actions: [{ atMs: 0, type: 'write' }],
    options: { ...quietCall.options, hasStreamingSTT: false, resumeFalseInterruption: false, discardAudioIfUninterruptible: false },
  },
  'a speech that was cut while its tool waited for a task kept the session busy': {
    voices: [
      { pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 50, endsTurn: true },
      { pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 1050, endsTurn: true },
    ],
    replies: [
      { words: 0, ttftMs: 0, durationMs: 0, tools: 2, fails: 'never' },
      { words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'never' },
    ],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'midway' }],
    tools: [{ does: 'await-task', ms: 550, uninterruptible: true, background: false, onDuplicate: 'allow', timeoutMs: null }],
    tasks: [{ ends: 'never', ms: 0, onEnter: 'say' }],
    options: { ...quietCall.options, resumeFalseInterruption: false, discardAudioIfUninterruptible: false },
  },
  'a reply that was cut waited for its agent to have the word again': {
    voices: [{ pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 50, endsTurn: true }],
    replies: [
      { words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'once' },
      { words: 0, ttftMs: 0, durationMs: 0, tools: 1, fails: 'never' },
    ],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'never' }],
    tools: [{ does: 'return', ms: 0, uninterruptible: false, background: false, onDuplicate: 'allow', timeoutMs: null }],
    tasks: [{ ends: 'never', ms: 0, onEnter: 'nothing' }],
    actions: [
      { atMs: 4802, type: 'interrupt-all' },
      { atMs: 4801, type: 'await-task' },
      { atMs: 126, type: 'reply' },
    ],
    options: { ...quietCall.options, discardAudioIfUninterruptible: false, turnDetection: 'stt' },
  },
  'a speech that was cut while it was heard kept the session busy when its tool then waited for a task': {
    voices: [{ pauseMs: 50, lengthMs: 50, kind: 'speech', transcriptDelayMs: 650, endsTurn: true }],
    replies: [
      { words: 1, ttftMs: 0, durationMs: 0, tools: 1, fails: 'never' },
      { words: 0, ttftMs: 0, durationMs: 0, tools: 0, fails: 'once' },
    ],
    speeches: [{ wordMs: 100, ttfbMs: 0, fails: 'midway' }],
    tools: [
      { does: 'return', ms: 0, uninterruptible: false, background: false, onDuplicate: 'reject', timeoutMs: null },
      { does: 'await-task', ms: 0, uninterruptible: true, background: false, onDuplicate: 'reject', timeoutMs: null },
    ],
    tasks: [{ ends: 'by-tool', ms: 0, onEnter: 'nothing' }],
    options: {
      ...quietCall.options,
      hasStreamingSTT: false,
      maxEndpointingDelayMs: 300,
      discardAudioIfUninterruptible: false,
      turnDetection: 'stt-turns',
    },
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
