import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import type { AgentSession } from './agent-session.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
/** The reply is of no interest: the LLM has nothing to say. */
const noReply = (...inputs: readonly string[]) => inputs.map((input) => ({ input, output: '', ttftMs: 0, durationMs: 0 }));

/** When each message of the user entered the history. */
const turns = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ atMs, event }) =>
    event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user'
      ? [`${atMs} ${event.item.content.map((part) => (part.type === 'text' ? part.text : '')).join('')}`]
      : [],
  );
const createdTimes = ({ events }: ScenarioResult): number[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'speech-created' ? [atMs] : []));

const play = (script: Omit<Scenario, 'durationMs'> & { readonly durationMs?: number }): Promise<ScenarioResult> =>
  scenario({ durationMs: 10_000, ...script });

describe('S050 the delay before the end of a turn', () => {
  test.each<[string, number, Pick<Scenario, 'options' | 'agent'>]>([
    ['is half a second if not told otherwise', 3000, {}],
    ['is the same in mode stt', 3000, { options: { turnDetection: 'stt' } }],
    ['is what the session says', 3500, { options: { minEndpointingDelayMs: 1000 } }],
    [
      'is what the agent says, before the session',
      3200,
      { options: { minEndpointingDelayMs: 1000 }, agent: new Agent({ instructions: '', minEndpointingDelayMs: 700 }) },
    ],
    ['is never above the maximum', 3400, { options: { minEndpointingDelayMs: 2000, maxEndpointingDelayMs: 900 } }],
  ])('%s', async (_name, atMs, given) => {
    expect(turns(await play({ user: hello, llm: noReply('hello'), ...given }))).toEqual([`${atMs} hello`]);
  });

  test('changes at once, and the change outlives a hand-off; what an agent has of its own goes first', async () => {
    const result = await play({
      user: [...hello, { startMs: 5500, endMs: 6500, text: 'again' }, { startMs: 9500, endMs: 10_500, text: 'still there' }],
      llm: noReply('hello', 'again', 'still there'),
      options: { minEndpointingDelayMs: 1000 },
      at: {
        // The turn that is about to end goes by it too.
        3200: (session) => session.updateOptions({ minEndpointingDelayMs: 900, maxEndpointingDelayMs: undefined }),
        4500: (session) => session.updateAgent(new Agent({ instructions: '' })),
        8500: (session) => session.updateAgent(new Agent({ instructions: '', minEndpointingDelayMs: 600 })),
      },
      durationMs: 13_000,
    });
    expect(turns(result)).toEqual(['3400 hello', '7400 again', '11100 still there']);
  });

  test('S110 may be changed on the agent too; a change that cannot work changes nothing', async () => {
    const agent = new Agent({ instructions: '' });
    agent.updateOptions({ minEndpointingDelayMs: 700 });
    const result = await play({
      user: hello,
      agent,
      llm: noReply('hello'),
      at: {
        1000: () => {
          agent.updateOptions({ minEndpointingDelayMs: 1100 });
          expect(() => agent.updateOptions({ minEndpointingDelayMs: 10, vad: null, turnDetection: 'vad' })).toThrow(
            /"vad", but there is no VAD/,
          );
          expect(() => agent.updateOptions({ minEndpointingDelayMs: -1 })).toThrow(
            /Agent.updateOptions: option "minEndpointingDelayMs" is -1/,
          );
          expect(() => agent.session.updateOptions({ turnDetection: 'realtime_llm' })).toThrow(/there is no realtime model/);
        },
      },
    });
    expect(turns(result)).toEqual(['3600 hello']);
    expect(agent.options).toEqual({ minEndpointingDelayMs: 1100 });
  });
});

describe('S051 dynamic endpointing', () => {
  const caller = [
    { startMs: 500, endMs: 1500, text: 'well' },
    // A pause of 1,200 ms: longer than the delay, and the agent has said nothing yet.
    { startMs: 2700, endMs: 3500, text: 'what I mean' },
    { startMs: 7000, endMs: 8000, text: 'bye' },
  ];
  const at = (options: NonNullable<Scenario['options']>) =>
    play({
      user: caller,
      llm: [...noReply('well', 'bye'), { input: 'what I mean', output: 'I see' }],
      tts: [{ text: 'I see', audioMs: 500 }],
      options: { minEndpointingDelayMs: 600, ...options },
    });

  test('waits longer for a caller who pauses', async () => {
    // 0.9 of 600 and 0.1 of 1,200.
    expect(turns(await at({ endpointing: 'dynamic' }))).toEqual(['2100 well', '4160 what I mean', '8660 bye']);
  });

  test('is off if not asked for', async () => {
    expect(turns(await at({}))).toEqual(['2100 well', '4100 what I mean', '8600 bye']);
  });
});

describe('manual turn detection', () => {
  const manual = { turnDetection: 'manual' } as const;

  test('ends a turn only when asked', async () => {
    const result = await play({ user: hello, llm: noReply('hello'), options: manual, at: { 8000: (session) => session.commitUserTurn() } });
    expect(turns(result)).toEqual(['8000 hello']);
  });

  test('waits for a final that is due', async () => {
    const result = await play({ user: hello, llm: noReply('hello'), options: manual, at: { 2400: (session) => session.commitUserTurn() } });
    expect(turns(result)).toEqual(['2700 hello']);
  });

  test('takes the interim after 500 ms, and its final is not said twice', async () => {
    const result = await play({
      user: [{ startMs: 500, endMs: 2500, text: 'hello there you', transcriptDelayMs: 1600 }],
      llm: noReply('hello there', 'you'),
      options: manual,
      at: { 3400: (session) => session.commitUserTurn() },
    });
    // The rest of the final was said before the commit, too.
    expect(turns(result)).toEqual(['3900 hello there', '4100 you']);
  });

  test('is not put off by being asked again', async () => {
    const result = await play({
      user: [{ startMs: 500, endMs: 1500, text: 'hello', final: false }],
      llm: noReply('hello'),
      options: manual,
      at: Object.fromEntries([1700, 2000, 2190].map((atMs) => [atMs, (session: AgentSession) => session.commitUserTurn()])),
    });
    expect(turns(result)).toEqual(['2200 hello']);
  });

  test('has no turn where nothing was said', async () => {
    const result = await play({ options: manual, at: { 2000: (session) => session.commitUserTurn() } });
    expect(turns(result)).toEqual([]);
  });

  test('forgets what is cleared, with all that still comes of it', async () => {
    const result = await play({
      user: [
        { startMs: 500, endMs: 2500, text: 'hello there you' },
        { startMs: 4000, endMs: 5000, text: 'this one' },
      ],
      llm: noReply('this one'),
      options: manual,
      at: { 2650: (session) => session.clearUserTurn(), 5100: (session) => session.commitUserTurn() },
    });
    expect(turns(result)).toEqual(['5200 this one']);
  });
});

test.each([1550, 1650, 1690])('what was said before a clear at %i is forgotten, whenever its text comes', async (atMs) => {
  const result = await play({
    user: [
      { startMs: 500, endMs: 1500, text: 'no' },
      { startMs: 1800, endMs: 2800, text: 'yes' },
    ],
    llm: noReply('yes'),
    at: { [atMs]: (session) => session.clearUserTurn() },
  });
  expect(turns(result)).toEqual(['3300 yes']);
});

describe('mode stt', () => {
  const stt = { turnDetection: 'stt' } as const;

  test('goes by the end of speech that the STT reports, not by the voice that the VAD hears', async () => {
    const result = await play({ user: hello, stt: { speechEndDelayMs: 900 }, llm: noReply('hello'), options: stt });
    expect(turns(result)).toEqual(['3400 hello']);
    expect(result.userStates).toEqual(['550 speaking', '3000 listening']);
  });

  test('S061 begins the VAD anew when the STT says that the user has stopped', async () => {
    const result = await play({
      user: [...hello, { startMs: 2900, endMs: 3900, text: 'and more' }],
      stt: { speechEndDelayMs: 250 },
      llm: noReply('hello', 'and more'),
      options: { ...stt, minEndpointingDelayMs: 250 },
    });
    // The VAD alone would have heard one stretch, from 500 to 3,900.
    expect(result.userStates).toEqual(['550 speaking', '2750 listening', '2950 speaking', '4150 listening']);
    expect(turns(result)).toEqual(['2750 hello', '4150 and more']);
  });

  test('counts the delay from the end of the voice', async () => {
    const result = await play({ user: hello, stt: { speechEndDelayMs: 250 }, llm: noReply('hello'), options: stt });
    expect(turns(result)).toEqual(['3000 hello']);
  });

  test('goes on when the STT hears the user again', async () => {
    const result = await play({
      user: [...hello, { startMs: 2800, endMs: 3800, text: 'again' }],
      stt: { speechEndDelayMs: 100 },
      llm: noReply('hello again'),
      options: stt,
    });
    expect(turns(result)).toEqual(['4300 hello again']);
  });

  test('serves a turn whose end is never told after the longest delay', async () => {
    const result = await play({
      user: hello,
      stt: { turnDetection: true },
      llm: noReply('hello'),
      options: { ...stt, maxEndpointingDelayMs: 4000 },
    });
    expect(turns(result)).toEqual(['6700 hello']);
  });

  test('works without a VAD', async () => {
    const result = await play({ user: hello, stt: { speechEndDelayMs: 700 }, llm: noReply('hello'), options: { vad: null } });
    expect(turns(result)).toEqual(['3200 hello']);
    expect(result.userStates).toEqual(['550 speaking', '3200 listening']);
  });
});

describe('an STT that detects turns', () => {
  const user = [
    { startMs: 500, endMs: 1500, text: 'one', turn: { eagerMs: 300 } },
    { startMs: 2500, endMs: 3500, text: 'two', turn: { eagerMs: 300, endMs: 800 } },
  ];
  const options = { turnDetection: 'stt', preemptiveGeneration: true } as const;

  test('has a reply begun when it is eager, cancelled when the user resumes, and used when the turn ends', async () => {
    const result = await play({
      user,
      stt: { turnDetection: true },
      llm: [...noReply('one'), { input: 'one two', output: 'three' }],
      tts: [{ text: 'three', audioMs: 500 }],
      options,
    });
    // The finals come at 1,700 and 3,700: what was eager since begins nothing new.
    expect(createdTimes(result)).toEqual([1700, 3700]);
    expect(turns(result)).toEqual(['4300 one two']);
    expect(result.agentStates).toContain('4500 speaking');
  });

  test('S010 has one try for a text, however often it is told: eager, and final', async () => {
    const texts = ['one', 'two', 'three'];
    const result = await play({
      user: texts.map((text, index) => ({
        startMs: 500 + index * 1200,
        endMs: 1000 + index * 1200,
        text,
        turn: index === 2 ? { eagerMs: 300, endMs: 800 } : { eagerMs: 300 },
      })),
      stt: { turnDetection: true },
      llm: noReply('one', 'one two', 'one two three'),
      options,
    });
    // The third of three tries is used: it answers at once when the turn is over.
    expect(createdTimes(result)).toEqual([1200, 2400, 3600]);
    expect(turns(result)).toEqual(['4200 one two three']);
  });

  test('does not end the turn in mode vad', async () => {
    const result = await play({
      user,
      stt: { turnDetection: true },
      llm: noReply('one', 'two'),
      options: { turnDetection: 'vad' },
    });
    expect(turns(result)).toEqual(['2000 one', '4000 two']);
  });

  test('makes no reply early where that is off', async () => {
    const result = await play({ user, stt: { turnDetection: true }, llm: noReply('one two'), options: { turnDetection: 'stt' } });
    expect(createdTimes(result)).toEqual([4300]);
  });
});

describe('S059 speech without text', () => {
  const timeouts = ({ events }: ScenarioResult) =>
    events.flatMap(({ atMs, event }) => (event.type === 'transcription-timeout' ? [[atMs, event.speechStartedAt, event.speechMs]] : []));
  const options = { transcriptionTimeoutMs: 2000 };
  const noise = (startMs: number, endMs: number) => ({ startMs, endMs, text: '' });

  test('is told after the timeout, counted from the end of the voice', async () => {
    expect(timeouts(await play({ user: [noise(500, 2500)], options }))).toEqual([[4500, 500, 2000]]);
  });

  test('is not told if it was transcribed, is not asked for, or there is no STT', async () => {
    expect(timeouts(await play({ user: hello, llm: noReply('hello'), options }))).toEqual([]);
    expect(timeouts(await play({ user: [noise(500, 2500)] }))).toEqual([]);
    expect(timeouts(await play({ user: [noise(500, 2500)], options: { ...options, stt: null } }))).toEqual([]);
  });

  test('is not told if there is an interim, which is committed in its time', async () => {
    const result = await play({ user: [{ startMs: 500, endMs: 2500, text: 'hi', final: false }], llm: noReply('hi'), options });
    expect([timeouts(result), turns(result)]).toEqual([[], ['4500 hi']]);
  });

  test('is told once of bursts that follow each other, with their length together', async () => {
    expect(timeouts(await play({ user: [noise(500, 1500), noise(2000, 3000)], options }))).toEqual([[5000, 500, 2000]]);
  });

  test('is told again if the user goes on in vain', async () => {
    expect(timeouts(await play({ user: [noise(500, 1500), noise(5000, 6000)], options }))).toEqual([
      [3500, 500, 1000],
      [8000, 500, 2000],
    ]);
  });

  test('is told while the agent speaks and cannot be interrupted', async () => {
    const result = await play({
      user: [noise(1000, 2000)],
      tts: [{ text: 'long notice', audioMs: 8000 }],
      at: { 200: (session) => void session.say('long notice', { allowInterruptions: false }) },
      options,
    });
    expect(timeouts(result)).toEqual([[4000, 1000, 1000]]);
  });

  test('is forgotten when the turn is cleared', async () => {
    const result = await play({ user: [noise(500, 2500)], options, at: { 4000: (session) => session.clearUserTurn() } });
    expect(timeouts(result)).toEqual([]);
  });
});

describe('a turn beyond its limit', () => {
  const long = { startMs: 500, endMs: 6500, text: 'one two three four five' };

  test('of words calls the hook once, with what was said', async () => {
    const told: unknown[] = [];
    class Patient extends Agent {
      override onUserTurnExceeded(turn: unknown): void {
        told.push(turn);
      }
    }
    const result = await play({
      user: [
        { ...long, endMs: 1500 },
        { startMs: 1700, endMs: 2000, text: 'six' },
      ],
      agent: new Patient({ instructions: '', userTurnLimit: { words: 3 } }),
      llm: noReply(`${long.text} six`),
    });
    expect(told).toEqual([{ text: long.text, words: 5, durationMs: 1200 }]);
    expect(turns(result)).toEqual([`2500 ${long.text} six`]);
  });

  test('of time ends there, if the hook is not overridden, and the next begins', async () => {
    const result = await play({
      user: [
        { startMs: 500, endMs: 1500, text: 'first' },
        { startMs: 1800, endMs: 6500, text: 'and more' },
      ],
      llm: noReply('first', 'and more'),
      options: { userTurnLimit: { durationMs: 3000 }, minEndpointingDelayMs: 1000 },
    });
    // At 3,500 the turn is too long; for the final of what is being said is waited 500 ms. At 7,000 the next is, and its final is there.
    expect(turns(result)).toEqual(['4000 first', '7000 and more']);
  });

  test('is not told of noise without a word', async () => {
    const result = await play({ user: [{ startMs: 500, endMs: 6500, text: '' }], options: { userTurnLimit: { durationMs: 1000 } } });
    expect(result.events.filter(({ event }) => event.type === 'error')).toEqual([]);
    expect(turns(result)).toEqual([]);
  });
});

describe('S069 the user', () => {
  test('is away after quiet, and back with any transcript', async () => {
    const result = await play({
      user: [{ startMs: 4000, endMs: 4500, text: 'hi' }],
      llm: noReply('hi'),
      options: { userAwayTimeoutMs: 3000, vad: null },
    });
    expect(result.userStates).toEqual(['3000 away', '4600 listening', '8200 away']);
  });

  test('S073 is not away while a tool runs', async () => {
    const sleep = tool({
      description: 'Takes long.',
      execute: (_input, { session }) =>
        new Promise<string>((resolve) => {
          session.once('dtmf', () => resolve('never'));
        }),
    });
    const result = await play({
      user: hello,
      tools: { sleep },
      llm: [{ input: 'hello', toolCalls: [{ name: 'sleep' }] }],
      options: { userAwayTimeoutMs: 2000 },
      durationMs: 9000,
    });
    expect(result.userStates).not.toContainEqual(expect.stringContaining('away'));
  });
});
