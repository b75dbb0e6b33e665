import { describe, expect, test } from 'vitest';
import { inShort } from '../chat/in-short.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';

const preemptive = { preemptiveGeneration: true } as const;
const types = ({ events }: ScenarioResult): string[] => events.map(({ event }) => event.type);
/** When each message entered the history. */
const items = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' ? [`${atMs} ${inShort(event.item)}`] : [],
  );
const played = ({ played: segments }: ScenarioResult): number[][] =>
  segments.map(({ startedMs, endedMs, playedMs }) => [startedMs, endedMs, playedMs]);

test('S023 text interrupts: the new reply follows the cut one, and the history stays in order', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'tell me more' }],
    llm: [
      { input: 'tell me more', output: 'long long answer with many words in it' },
      { input: 'typed', output: 'ok' },
    ],
    tts: [
      { text: 'long long answer with many words in it', audioMs: 15_000 },
      { text: 'ok', audioMs: 2000 },
    ],
    at: {
      5000: (session) => {
        session.interrupt();
        session.generateReply({ userInput: 'typed' });
      },
    },
    options: preemptive,
    durationMs: 12_000,
  });
  expect(result.agentStates).toEqual(['0 listening', '3000 thinking', '3200 speaking', '5000 thinking', '5500 speaking', '7500 listening']);
  expect(played(result)).toEqual([
    [3200, 5000, 1800],
    [5500, 7500, 2000],
  ]);
  expect(result.history).toEqual(['user: tell me more', 'assistant!: long', 'user: typed', 'assistant: ok']);
  // What was typed is known before the cut reply is settled, though it stands after it.
  expect(items(result)).toEqual(['3000 user: tell me more', '5000 user: typed', '5000 assistant!: long', '7500 assistant: ok']);
  const metrics = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
  expect(metrics.map(({ userStoppedAt, interrupted }) => [userStoppedAt, interrupted])).toEqual([
    [2500, true],
    [undefined, false],
  ]);
});

test('S025 a reply that the user speaks into before it began is held, then dropped unheard', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'tell me more' },
      { startMs: 3000, endMs: 4000, text: 'wait' },
    ],
    llm: [
      { input: 'tell me more', output: 'long long answer', durationMs: 1000 },
      { input: 'wait', output: '', ttftMs: 0, durationMs: 0 },
    ],
    tts: [{ text: 'long long answer', audioMs: 10_000 }],
    options: preemptive,
    durationMs: 9000,
  });
  expect(result.agentStates).toEqual(['0 listening', '3000 thinking', '3500 listening', '4500 thinking', '4500 listening']);
  expect(result.played).toEqual([]);
  expect(result.history).toEqual(['user: tell me more', 'user: wait']);
  const settled = result.events.flatMap(({ atMs, event }) =>
    event.type === 'turn-metrics' ? [[atMs, event.metrics.interrupted, event.metrics.playoutStartedAt]] : [],
  );
  // With the transcript, not with the turn that it is part of.
  expect(settled[0]).toEqual([4200, true, undefined]);
});

test('S026 noise shorter than an interruption neither stops a reply nor delays one about to begin', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'tell me more' },
      { startMs: 3000, endMs: 3300, text: '' },
    ],
    llm: [{ input: 'tell me more', output: 'long answer', ttftMs: 50, durationMs: 50 }],
    tts: [{ text: 'long answer', audioMs: 5000, ttfbMs: 50, durationMs: 50 }],
    options: preemptive,
    durationMs: 10_000,
  });
  expect(played(result)).toEqual([[3050, 8050, 5000]]);
});

test('S026C a burst of noise pauses a reply, which is then taken up where it stopped', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'tell me more' },
      { startMs: 5000, endMs: 5800, text: '' },
    ],
    llm: [{ input: 'tell me more', output: 'long long answer with many words in it' }],
    tts: [{ text: 'long long answer with many words in it', audioMs: 10_000 }],
    options: preemptive,
    durationMs: 20_000,
  });
  expect(played(result)).toEqual([
    [3200, 5500, 2300],
    [8300, 16_000, 7700],
  ]);
  expect(result.agentStates).toEqual([
    '0 listening',
    '3000 thinking',
    '3200 speaking',
    '5500 listening',
    '8300 speaking',
    '16000 listening',
  ]);
  expect(result.history).toEqual(['user: tell me more', 'assistant: long long answer with many words in it']);
  expect(result.events.filter(({ event }) => event.type === 'false-interruption')).toMatchObject([
    { atMs: 8300, event: { resumed: true } },
  ]);
});

describe('an interruption that needs words', () => {
  test('is not made by a shorter one', async () => {
    const result = await scenario({
      user: [
        { startMs: 500, endMs: 2500, text: 'tell me more' },
        { startMs: 5000, endMs: 6000, text: 'hm' },
      ],
      llm: [
        { input: 'tell me more', output: 'long answer' },
        { input: 'hm', output: '', ttftMs: 0, durationMs: 0 },
      ],
      tts: [{ text: 'long answer', audioMs: 3000 }],
      options: { minInterruptionWords: 2 },
      durationMs: 10_000,
    });
    expect(played(result)).toEqual([[3500, 6500, 3000]]);
  });
});

test('S066 a late final ends the turn when it comes', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello there', transcriptDelayMs: 1500 }],
    llm: [{ input: 'hello there', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 1000 }],
    options: preemptive,
    durationMs: 8000,
  });
  expect(result.agentStates.slice(1, 3)).toEqual(['4000 thinking', '4500 speaking']);
  const [metrics] = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
  expect(metrics).toMatchObject({ transcriptionDelayMs: 1500, endOfTurnDelayMs: 1500, responseDelayMs: 2000 });
});

test('S068 an interim that never becomes final is taken two seconds after the voice ended', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello there', final: false }],
    llm: [{ input: 'hello there', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 1000 }],
    durationMs: 8000,
  });
  expect(result.agentStates[1]).toBe('4500 thinking');
  expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
});

test('S069 quiet on both sides makes the user away', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    llm: [{ input: 'hello', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 2000 }],
    options: { ...preemptive, userAwayTimeoutMs: 3000 },
    durationMs: 10_000,
  });
  expect(result.userStates.at(-1)).toBe('8200 away');
});

test('S006 a reply of several sentences is one message, and sentence two is made while sentence one plays', async () => {
  const result = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'and?' }],
    llm: [{ input: 'and?', output: 'One sentence is here. Two sentences are there.' }],
    tts: [
      { text: 'One sentence is here.', audioMs: 1000 },
      { text: 'Two sentences are there.', audioMs: 1000 },
    ],
    durationMs: 9000,
  });
  expect(played(result)).toEqual([[3300, 5300, 2000]]);
  expect(result.history).toEqual(['user: and?', 'assistant: One sentence is here. Two sentences are there.']);
  expect(types(result).filter((type) => type === 'error')).toEqual([]);
});
