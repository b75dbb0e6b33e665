import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import type { AgentSession } from './agent-session.js';

// What is waited for when options change is waited for by the new ones, counted from when the waiting began.

type Acts = NonNullable<Scenario['at']>;
type Options = NonNullable<Scenario['options']>;

const answer = 'long long answer with many words in it';
const played = ({ played: segments }: ScenarioResult) => segments.map(({ startedMs, endedMs }) => [startedMs, endedMs]);
const change =
  (options: Parameters<AgentSession['updateOptions']>[0]) =>
  (session: AgentSession): void =>
    session.updateOptions(options);

describe('a suspected interruption', () => {
  /** The agent speaks from 200 on; noise from 2000 to 2800 pauses it at 2500, and the VAD is sure of its end at 3300. */
  const noise = (at: Acts) =>
    scenario({
      user: [{ startMs: 2000, endMs: 2800, text: '' }],
      tts: [{ text: answer, audioMs: 10_000 }],
      at: { 0: (session) => void session.say(answer), ...at },
      durationMs: 20_000,
    });

  test.each<[string, Acts, number]>([
    ['longer', { 4000: change({ falseInterruptionTimeoutMs: 3000 }) }, 6300],
    ['shorter', { 4000: change({ falseInterruptionTimeoutMs: 1500 }) }, 4800],
    ['over already', { 4000: change({ falseInterruptionTimeoutMs: 500 }) }, 4000],
    [
      'that of another agent',
      { 4000: (session) => session.updateAgent(new Agent({ instructions: '', falseInterruptionTimeoutMs: 1000 })) },
      4300,
    ],
  ])('goes on by the new timeout: %s', async (_name, at, resumedMs) => {
    expect(played(await noise(at))).toEqual([
      [200, 2500],
      [resumedMs, resumedMs + 7700],
    ]);
  });

  test.each([2600, 2900, 4000])('is one where nothing is found out to be false any more, from %i on', async (atMs) => {
    const result = await noise({ [atMs]: change({ falseInterruptionTimeoutMs: null }) });
    expect(played(result)).toEqual([[200, 2500]]);
    expect(result.history).toEqual(['assistant!: long long']);
    const cut = result.events.find(({ event }) => event.type === 'conversation-item-added' && event.item.type === 'message');
    expect(cut?.atMs).toBe(atMs);
  });
});

describe('S029 an echo warm-up', () => {
  const speak = (at: Acts, options: Options) =>
    scenario({
      user: [{ startMs: 2000, endMs: 3000, text: 'wait' }],
      llm: [{ input: 'wait' }],
      tts: [{ text: answer, audioMs: 10_000 }],
      options,
      at: { 0: (session) => void session.say(answer), ...at },
      durationMs: 6000,
    });

  test('that runs ends when it is turned off, on the session or by another agent', async () => {
    expect(played(await speak({ 1000: change({ aecWarmupMs: null }) }, { aecWarmupMs: 5000 }))).toEqual([[200, 2500]]);
    const handOff = { 1000: (session: AgentSession) => session.updateAgent(new Agent({ instructions: '', aecWarmupMs: null })) };
    expect(played(await speak(handOff, { aecWarmupMs: 5000 }))).toEqual([[200, 2500]]);
    // A caller by telephone is found when the call has begun.
    expect(played(await speak({ 1000: change({ aecWarmupMs: null }) }, { aecWarmupMs: 3000 }))).toEqual([[200, 2500]]);
  });

  test('that is turned on counts from the first sound of the call', async () => {
    expect(played(await speak({ 1000: change({ aecWarmupMs: 2500 }) }, {}))).toEqual([[200, 2700]]);
  });
});

test('the user is away by the new timeout, counted from when both sides fell silent', async () => {
  const quiet = async (at: Acts, options: Options = {}) => (await scenario({ at, options, durationMs: 9000 })).userStates;
  expect(await quiet({ 3000: change({ userAwayTimeoutMs: 5000 }) })).toEqual(['5000 away']);
  expect(await quiet({ 3000: change({ userAwayTimeoutMs: 2000 }) })).toEqual(['3000 away']);
  expect(await quiet({ 1000: change({ userAwayTimeoutMs: 6000 }) }, { userAwayTimeoutMs: 2000 })).toEqual(['6000 away']);
  expect(await quiet({ 1000: change({ userAwayTimeoutMs: null }) }, { userAwayTimeoutMs: 2000 })).toEqual([]);
});

test.each([
  [0, 1000],
  [1000, 1700],
  [4000, 4700],
])('the next speech keeps the new silence before it: %i', async (minConsecutiveSpeechDelayMs, startedMs) => {
  const result = await scenario({
    tts: ['a', 'b'].map((text) => ({ text, audioMs: 500 })),
    options: { minConsecutiveSpeechDelayMs: 3000 },
    at: { 0: (session) => ['a', 'b'].forEach((text) => void session.say(text)), 1000: change({ minConsecutiveSpeechDelayMs }) },
    durationMs: 6000,
  });
  expect(played(result)).toEqual([
    [200, 700],
    [startedMs, startedMs + 500],
  ]);
});
