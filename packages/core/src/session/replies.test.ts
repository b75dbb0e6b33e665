import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import { tool } from '../agent/tool.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import type { AgentSession } from './agent-session.js';

const spoken = (text: string, audioMs = 1000) => ({ text, audioMs, ttfbMs: 0, durationMs: 0 });
const played = ({ played: segments }: ScenarioResult) => segments.map(({ startedMs, endedMs }) => [startedMs, endedMs]);
/** What was said, with the time at which it entered the history. */
const said = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) => {
    if (event.type !== 'conversation-item-added' || event.item.type !== 'message') return [];
    const { role, interrupted, content } = event.item;
    return [
      `${atMs} ${role}${interrupted === true ? '!' : ''}: ${content.map((part) => (part.type === 'text' ? part.text : '')).join('')}`,
    ];
  });

describe('speeches of the agent', () => {
  const three = (session: AgentSession) => {
    session.say('first');
    session.say('low', { priority: -1 });
    session.say('second');
    session.say('urgent', { priority: 1 });
  };
  const tts = ['first', 'low', 'second', 'urgent'].map((text) => spoken(text));

  test('are heard one at a time, by priority and then in the order of their creation', async () => {
    const result = await scenario({ tts, at: { 0: three }, durationMs: 5000 });
    expect(said(result)).toEqual(['1000 assistant: first', '2000 assistant: urgent', '3000 assistant: second', '4000 assistant: low']);
  });

  test('keep a silence between them if they are told to', async () => {
    const result = await scenario({ tts, at: { 0: three }, options: { minConsecutiveSpeechDelayMs: 300 }, durationMs: 6000 });
    expect(played(result)).toEqual([
      [0, 1000],
      [1300, 2300],
      [2600, 3600],
      [3900, 4900],
    ]);
  });

  test('keep it also before the reply that follows the tools, and not before the first speech or after a longer silence', async () => {
    const result = await scenario({
      user: [{ startMs: 500, endMs: 2500, text: 'weather?' }],
      llm: [
        { input: 'weather?', output: 'one moment', toolCalls: [{ name: 'get_weather' }] },
        { input: 'sunny', output: 'it is sunny', ttftMs: 0, durationMs: 0 },
      ],
      tts: [spoken('hello', 300), spoken('one moment', 2000), spoken('it is sunny')],
      tools: { get_weather: tool({ description: 'The weather.', execute: () => 'sunny' }) },
      options: { minConsecutiveSpeechDelayMs: 700 },
      at: { 0: (session) => void session.say('hello') },
      durationMs: 9000,
    });
    expect(played(result)).toEqual([
      [0, 300],
      [3300, 5300],
      [6000, 7000],
    ]);
  });

  test('with a priority that is no number are refused, by name', async () => {
    const refuse = (session: AgentSession) => expect(() => session.say('hi', { priority: Number.NaN })).toThrow(/"priority" is NaN/);
    await scenario({ at: { 0: refuse }, durationMs: 100 });
  });
});

describe('S032 interrupt()', () => {
  /** Four speeches of a second, protected where told; the first plays. Interrupted at 500. */
  const play = (marks: readonly boolean[], interrupt: (session: AgentSession, handles: readonly SpeechHandle[]) => void) => {
    const texts = ['one word', 'two words', 'three words', 'four words'].slice(0, marks.length);
    let handles: SpeechHandle[] = [];
    return scenario({
      tts: texts.map((text) => spoken(text)),
      at: {
        0: (session) => {
          handles = texts.map((text, index) => session.say(text, { allowInterruptions: marks[index] !== true }));
        },
        500: (session) => interrupt(session, handles),
      },
      durationMs: 5000,
    });
  };

  test('stops what plays and what waits, up to the first protected speech', async () => {
    const result = await play([false, false, true, false], (session) => session.interrupt());
    expect(said(result)).toEqual(['500 assistant!: one', '1500 assistant: three words', '2500 assistant: four words']);
  });

  test('refuses where a protected speech plays, and touches nothing', async () => {
    const result = await play([true, false, true], (session) => {
      expect(() => session.interrupt()).toThrow(/does not allow interruptions: use interrupt\(\{ force: true \}\)/);
    });
    expect(said(result)).toEqual(['1000 assistant: one word', '2000 assistant: two words', '3000 assistant: three words']);
  });

  test('takes all by force', async () => {
    expect(said(await play([true, false, true], (session) => session.interrupt({ force: true })))).toEqual(['500 assistant!: one']);
  });

  test('goes on behind a protected speech that is being stopped already', async () => {
    const result = await play([true, false, true], (session, [one]) => {
      one?.interrupt({ force: true });
      session.interrupt();
    });
    expect(said(result)).toEqual(['500 assistant!: one', '1500 assistant: three words']);
  });

  test('goes by playout order', async () => {
    const result = await scenario({
      tts: [spoken('playing on'), spoken('late'), spoken('shield')],
      at: {
        0: (session) => {
          session.say('playing on');
          session.say('late');
          session.say('shield', { allowInterruptions: false, priority: 1 });
        },
        500: (session) => session.interrupt(),
      },
      durationMs: 4000,
    });
    expect(said(result)).toEqual(['500 assistant!: playing', '1500 assistant: shield', '2500 assistant: late']);
  });

  test('warns of what it left, and how to stop it', async () => {
    const warnings: string[] = [];
    const logger = { log: (level: string, message: string) => void (level === 'warn' && warnings.push(message)) };
    const result = await scenario({
      tts: [spoken('one word'), spoken('two')],
      options: { logger },
      at: {
        0: (session) => {
          session.say('one word');
          session.say('two', { allowInterruptions: false });
        },
        500: (session) => session.interrupt(),
      },
      durationMs: 3000,
    });
    expect(said(result)).toHaveLength(2);
    expect(warnings).toEqual([expect.stringMatching(/speech-2 does not allow interruptions: interrupt\(\{ force: true \}\)/)]);
  });

  test('twice, or when there is nothing to stop, does nothing', async () => {
    const result = await play([false, false], (session, [one]) => {
      session.interrupt();
      session.interrupt();
      one?.interrupt();
      one?.interrupt({ force: true });
    });
    expect(said(result)).toEqual(['500 assistant!: one']);
    expect(result.events.filter(({ event }) => event.type === 'turn-metrics')).toHaveLength(2);
    const over = await play([false], (_session, [one]) => void one?.then(() => one.interrupt({ force: true })));
    expect(said(over)).toEqual(['1000 assistant: one word']);
  });
});

describe('interrupt() by a listener of speech-created', () => {
  const withListener = (act: (session: AgentSession) => void | Promise<void>, extra: Parameters<typeof scenario>[0]) => {
    class Interrupter extends Agent {
      override onEnter(): void {
        this.session.on('speech-created', () => this.session.interrupt());
      }
    }
    return scenario({ agent: new Interrupter({ instructions: 'Be scripted.' }), at: { 100: act }, ...extra });
  };

  test('stops a given text before it is spoken or paid for', async () => {
    const handles: SpeechHandle[] = [];
    const result = await withListener((session) => void handles.push(session.say('never')), { durationMs: 2000 });
    expect([result.history, result.ttsCalls]).toEqual([[], []]);
    expect(handles.map(({ interrupted }) => interrupted)).toEqual([true]);
    await handles[0];
  });

  test('stops a reply before the model is asked', async () => {
    const result = await withListener((session) => void session.generateReply({ userInput: 'hi' }), { durationMs: 2000 });
    expect([result.history, result.llmCalls]).toEqual([['user: hi'], []]);
    expect(result.agentStates).toEqual(['0 listening']);
  });

  test('stops them also where nothing is spoken, and leaves nothing to wait for', async () => {
    const clock = new VirtualClock();
    const idleMs: number[] = [];
    const act = async (session: AgentSession) => {
      session.say('never');
      session.generateReply({ userInput: 'hi' });
      await session.waitForIdle();
      idleMs.push(clock.now());
    };
    const result = await withListener(act, { clock, options: { tts: null }, durationMs: 2000 });
    expect([result.history, idleMs]).toEqual([['user: hi'], [100]]);
  });

  test('stops the reply to a turn at once, begun before its end or not', async () => {
    const user = [{ startMs: 500, endMs: 1500, text: 'hello' }];
    const preemptive = await withListener(() => {}, {
      user,
      options: { preemptiveGeneration: true },
      llm: [{ input: 'hello' }],
      durationMs: 4000,
    });
    expect(preemptive.history).toEqual(['user: hello']);
    expect(preemptive.llmCalls).toMatchObject([
      { atMs: 1700, abortedMs: 1700 },
      { atMs: 2000, abortedMs: 2000 },
    ]);
    const plain = await withListener(() => {}, { user, llm: [{ input: 'hello' }], durationMs: 4000 });
    expect(plain.history).toEqual(['user: hello']);
    expect(plain.llmCalls).toMatchObject([{ atMs: 2000, abortedMs: 2000 }]);
  });
});

describe('replies that wait while a protected speech plays', () => {
  const play = (allowInterruptions: boolean) =>
    scenario({
      user: [
        { startMs: 500, endMs: 1000, text: 'one' },
        { startMs: 2500, endMs: 3000, text: 'two' },
      ],
      llm: [
        { input: 'one', output: 'to one' },
        { input: 'two', output: 'to two' },
      ],
      tts: [spoken('protected', 5000), spoken('to one'), spoken('to two'), spoken('said')],
      options: { discardAudioIfUninterruptible: false, allowInterruptions },
      at: {
        0: (session) => void session.say('protected', { allowInterruptions: false }),
        2000: (session) => void session.say('said'),
      },
      durationMs: 9000,
    });

  test.each([true, false])('to earlier turns are dropped at a new one, interruptible: %s', async (allowInterruptions) => {
    const result = await play(allowInterruptions);
    expect(said(result)).toEqual([
      '1500 user: one',
      '3500 user: two',
      '5000 assistant: protected',
      '6000 assistant: said',
      '7000 assistant: to two',
    ]);
  });
});

test('a waiting reply that has called a tool is finished, if it is protected', async () => {
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 1000, text: 'book' },
      { startMs: 2500, endMs: 3000, text: 'two' },
    ],
    llm: [
      { input: 'book', output: 'booking', toolCalls: [{ name: 'book' }] },
      { input: 'booked', output: 'it is done' },
      { input: 'two', output: 'to two' },
    ],
    tts: [spoken('protected', 5000), spoken('booking'), spoken('it is done'), spoken('to two')],
    tools: { book: tool({ description: 'Books.', execute: () => 'booked' }) },
    options: { discardAudioIfUninterruptible: false, allowInterruptions: false },
    at: { 0: (session) => void session.say('protected') },
    durationMs: 12_000,
  });
  expect(said(result).slice(2)).toEqual([
    '5000 assistant: protected',
    '6000 assistant: booking',
    '7000 assistant: to two',
    '8000 assistant: it is done',
  ]);
});
