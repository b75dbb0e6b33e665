import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';

const played = ({ played: segments }: ScenarioResult) => segments.map(({ startedMs, endedMs }) => [startedMs, endedMs]);
const executed = ({ events }: ScenarioResult) =>
  events.flatMap(({ atMs, event }) => (event.type === 'tools-executed' ? [{ atMs, calls: event.calls }] : []));

/** A tool is called and done at 3000, its reply's first words are cut by the caller, whose final transcript comes at 6200. */
const script = {
  user: [
    { startMs: 500, endMs: 2500, text: 'weather?' },
    { startMs: 5000, endMs: 6000, text: 'never mind' },
  ],
  llm: [
    { input: 'weather?', output: 'one moment please my friend', toolCalls: [{ name: 'get_weather' }], ttftMs: 100, durationMs: 300 },
    { input: 'never mind', output: 'as you wish', ttftMs: 0, durationMs: 0 },
  ],
  tts: [
    { text: 'one moment please my friend', audioMs: 10_000 },
    { text: 'as you wish', audioMs: 1000 },
  ],
  options: { preemptiveGeneration: true },
  durationMs: 12_000,
} satisfies Scenario;
const weather = (execute: () => unknown) => ({ get_weather: tool({ description: 'The weather.', execute }) });

test('S079 a tool that was done when the agent was interrupted keeps its result, and gets no reply', async () => {
  const result = await scenario({
    ...script,
    tools: weather(() => 'sunny'),
  });
  expect(played(result)).toEqual([
    [3200, 5500],
    [6700, 7700],
  ]);
  expect(executed(result)).toMatchObject([
    { atMs: 6200, calls: [{ callId: 'call-1', output: 'sunny', isError: false, startedAt: 3000, endedAt: 3000 }] },
  ]);
  expect(result.history).toEqual([
    'user: weather?',
    'assistant!: one',
    'call: get_weather {}',
    'output: sunny',
    'user: never mind',
    'assistant: as you wish',
  ]);
});

test('S079 what a listener has said when the tools are told of is said to its end', async () => {
  class Reporter extends Agent {
    override onEnter(): void {
      this.session.on('tools-executed', () => this.session.say('noted', { allowInterruptions: false }));
    }
  }
  const result = await scenario({
    ...script,
    tts: [...script.tts, { text: 'noted', audioMs: 1000, ttfbMs: 0 }],
    agent: new Reporter({ instructions: 'Be scripted.', tools: weather(() => 'sunny') }),
  });
  // Said by the caller at 6000, and by the agent from 6200 and from 7200 on.
  expect(result.history.slice(-3)).toEqual(['user: never mind', 'assistant: noted', 'assistant: as you wish']);
  expect(played(result).slice(1)).toEqual([
    [6200, 7200],
    [7200, 8200],
  ]);
});

test('S078 a reply to tools that is interrupted while it waits leaves call and output once, and no text', async () => {
  const result = await scenario({
    user: script.user.slice(0, 1),
    llm: [
      { input: 'weather?', toolCalls: [{ name: 'get_weather' }] },
      { input: 'sunny', output: 'it is sunny', durationMs: 3000 },
    ],
    tools: weather(() => 'sunny'),
    at: { 4000: (session) => session.interrupt() },
    durationMs: 9000,
  });
  expect(result.history).toEqual(['user: weather?', 'call: get_weather {}', 'output: sunny']);
  expect(executed(result)).toHaveLength(1);
  expect(result.llmCalls).toMatchObject([{ atMs: 3000 }, { atMs: 3300, abortedMs: 4000 }]);
  expect(result.agentStates.at(-1)).toBe('4000 listening');
});

describe('S081 a hand-off asked for in an interrupted turn', () => {
  const other = new Agent({ instructions: 'Be another.', label: 'Other' });

  test('does not happen, and is answered once, as an error', async () => {
    const result = await scenario({ ...script, tools: weather(() => other) });
    expect(result.session.agent?.label).not.toBe('Other');
    expect(result.history.filter((line) => line.startsWith('error') || line.startsWith('output') || line.startsWith('handoff'))).toEqual([
      'error: The hand-off did not happen: the turn was interrupted.',
    ]);
    expect(result.session.agent?.label).toBe('Agent');
    expect(executed(result)).toMatchObject([{ calls: [{ isError: true }] }]);
    expect(
      result.events.filter(({ event }) => event.type === 'conversation-item-added' && event.item.type === 'agent-handoff'),
    ).toHaveLength(1);
  });

  test('does happen where nobody interrupts', async () => {
    const result = await scenario({
      ...script,
      user: script.user.slice(0, 1),
      llm: script.llm.slice(0, 1),
      tts: script.tts.slice(0, 1),
      tools: weather(() => other),
      durationMs: 15_000,
    });
    expect(result.session.agent?.label).toBe('Other');
    expect(result.history.slice(-2)).toEqual(['call: get_weather {}', 'output: ']);
  });
});

describe('a tool that runs when the agent is interrupted', () => {
  const slow = (marks: { readonly uninterruptible?: boolean }, log: string[]) => ({
    get_weather: tool({
      description: 'The weather.',
      ...marks,
      execute: (_args, { signal }) =>
        new Promise<string>((resolve) => {
          signal.addEventListener('abort', () => log.push('aborted'), { once: true });
          finish.push(() => resolve('sunny'));
        }),
    }),
  });
  let finish: (() => void)[] = [];
  const play = (marks: { readonly uninterruptible?: boolean }, log: string[]) => {
    finish = [];
    return scenario({ ...script, tools: slow(marks, log), at: { 9000: () => finish.forEach((done) => done()) } });
  };

  test('is told so, and answered at once', async () => {
    const log: string[] = [];
    const result = await play({}, log);
    expect(log).toEqual(['aborted']);
    expect(executed(result)).toMatchObject([{ atMs: 6200, calls: [{ isError: true }] }]);
    expect(result.history.filter((line) => line.startsWith('error'))).toEqual(['error: The call was interrupted before it was finished.']);
  });

  test('runs to its end if it is uninterruptible, with one output', async () => {
    const log: string[] = [];
    const result = await play({ uninterruptible: true }, log);
    expect(log).toEqual([]);
    expect(executed(result)).toMatchObject([{ atMs: 9000, calls: [{ output: 'sunny' }] }]);
    expect(result.history.filter((line) => line.startsWith('output'))).toEqual(['output: sunny']);
    expect(result.history).toContain('assistant: as you wish');
  });
});
