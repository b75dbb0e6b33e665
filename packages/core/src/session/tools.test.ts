import { describe, expect, test } from 'vitest';
import { Agent, type UserTurnCompleted } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { RunContext } from '../agent/session.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario } from '../testing/scenario.js';
import { StopResponse } from '../tools/tool-errors.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const described = { description: 'A tool.' };

/** A call of these tools at 3.3 s, without a word beside it. */
const calling = (...names: readonly string[]) => ({ input: 'hello', toolCalls: names.map((name) => ({ name })) });

describe('S077: one output for each call', () => {
  const after = (execute: () => unknown) =>
    scenario({ user: hello, tools: { act: tool({ ...described, execute }) }, llm: [calling('act')], durationMs: 6000 });

  test('S077: StopResponse gives an empty output, and no reply', async () => {
    const result = await after(() => {
      throw new StopResponse();
    });
    expect(result.history).toEqual(['user: hello', 'call: act {}', 'output: ']);
  });

  test('S077: a bare hand-over gives an empty output, and no reply', async () => {
    const next = new Agent({ instructions: '', label: 'next' });
    const result = await after(() => next);
    expect(result.history).toEqual(['user: hello', 'call: act {}', 'output: ']);
    expect(result.session.agent?.label).toBe('next');
  });

  test('S077: two agents of two tools give an error to each, and the agent stays', async () => {
    const refused = 'The hand-off did not happen: two tools named different agents to take over.';
    const made = (label: string) => tool({ ...described, execute: () => new Agent({ instructions: '', label }) });
    const agent = new Agent({ instructions: '', label: 'first', tools: { one: made('one'), two: made('two') } });
    const result = await scenario({
      user: hello,
      agent,
      llm: [calling('one', 'two'), { input: refused, output: 'well' }],
      tts: [{ text: 'well', audioMs: 500 }],
      durationMs: 6000,
    });
    expect(result.history).toEqual([
      'user: hello',
      'call: one {}',
      'call: two {}',
      `error: ${refused}`,
      `error: ${refused}`,
      'assistant: well',
    ]);
    expect([result.session.agent?.label, agent.chatContext.items.length]).toEqual(['first', 6]);
  });

  test.each([
    ['what JSON cannot hold', () => 1n],
    ['two agents', () => [new Agent({ instructions: '' }), new Agent({ instructions: '' })]],
  ])('S077: %s is an internal error, and the agent stays', async (_what, execute) => {
    const agent = new Agent({ instructions: '', label: 'first', tools: { act: tool({ ...described, execute }) } });
    const result = await scenario({
      user: hello,
      agent,
      llm: [calling('act'), { input: 'An internal error occurred.', output: 'sorry' }],
      tts: [{ text: 'sorry', audioMs: 500 }],
      durationMs: 6000,
    });
    expect(result.history.slice(1)).toEqual(['call: act {}', 'error: An internal error occurred.', 'assistant: sorry']);
    expect(result.session.agent?.label).toBe('first');
  });
});

describe('an interruption', () => {
  const cut = { startMs: 5000, endMs: 6000, text: 'wait' };

  test('S079: while the reply is heard whose tool is done keeps call and output, and answers the user', async () => {
    const result = await scenario({
      user: [...hello, cut],
      llm: [
        { input: 'hello', output: 'one moment please', toolCalls: [{ name: 'act' }] },
        { input: 'wait', output: 'go on' },
      ],
      tts: [
        { text: 'one moment please', audioMs: 5000 },
        { text: 'go on', audioMs: 500 },
      ],
      tools: { act: tool({ ...described, execute: () => 'done' }) },
      durationMs: 9000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant!: one', 'call: act {}', 'output: done', 'user: wait', 'assistant: go on']);
    expect(result.events.filter(({ event }) => event.type === 'tools-executed').map(({ atMs }) => atMs)).toEqual([6200]);
  });

  test('S078: of the reply to the tools keeps call and output once', async () => {
    const result = await scenario({
      user: hello,
      llm: [calling('act'), { input: 'done', output: 'here you are', ttftMs: 1000, durationMs: 1000 }],
      tools: { act: tool({ ...described, execute: () => 'done' }) },
      at: { 3600: (session) => session.interrupt() },
      durationMs: 9000,
    });
    expect(result.history).toEqual(['user: hello', 'call: act {}', 'output: done']);
    expect(result.agentStates.at(-1)).toBe('3600 listening');
  });

  test('S081: takes back a hand-over: an error output, once, and no reply', async () => {
    const next = new Agent({ instructions: '', label: 'next' });
    const agent = new Agent({ instructions: '', label: 'first', tools: { act: tool({ ...described, execute: () => next }) } });
    const result = await scenario({
      user: hello,
      agent,
      llm: [{ input: 'hello', output: 'one moment please', toolCalls: [{ name: 'act' }] }],
      tts: [{ text: 'one moment please', audioMs: 5000 }],
      at: { 5000: (session) => session.interrupt() },
      durationMs: 9000,
    });
    const expected = ['call: act {}', 'error: The hand-off did not happen: the turn was interrupted.'];
    expect(result.history.slice(2)).toEqual(expected);
    expect([result.session.agent?.label, agent.chatContext.ofType('tool-output').length]).toEqual(['first', 1]);
  });

  test('aborts a tool that runs, answers its call at once, and lets one run on that is uninterruptible', async () => {
    const ends: string[] = [];
    const gate = createDeferred<string>();
    const slow = (label: string, uninterruptible: boolean) =>
      tool({
        ...described,
        uninterruptible,
        execute: async (_args, { signal }) => {
          signal.addEventListener('abort', () => ends.push(`${label} aborted`));
          await gate.promise;
          ends.push(`${label} ended`);
          return label;
        },
      });
    const result = await scenario({
      user: hello,
      llm: [calling('plain', 'stubborn')],
      tools: { plain: slow('plain', false), stubborn: slow('stubborn', true) },
      at: { 5000: (session) => session.interrupt(), 7000: () => gate.resolve('') },
      durationMs: 9000,
    });
    expect(ends).toEqual(['plain aborted', 'plain ended', 'stubborn ended']);
    expect(result.history.slice(1)).toEqual([
      'call: plain {}',
      'call: stubborn {}',
      'error: The call was interrupted before it was finished.',
      'output: stubborn',
    ]);
  });
});

test('S077: a close answers a call that runs', async () => {
  const result = await scenario({
    user: hello,
    llm: [calling('act')],
    tools: { act: tool({ ...described, uninterruptible: true, execute: () => new Promise(() => {}) }) },
    durationMs: 5000,
  });
  expect(result.session.history.ofType('tool-output')).toMatchObject([{ isError: true }]);
});

test('S083: generateReply in onEnter, say in the hook, and a tool that awaits generateReply', async () => {
  class Busy extends Agent {
    override onEnter(): void {
      this.session.generateReply({ instructions: 'greet' });
    }
    override onUserTurnCompleted(_turn: UserTurnCompleted): void {
      this.session.say('one moment');
    }
  }
  const agent = new Busy({
    instructions: '',
    tools: {
      part: tool({
        ...described,
        execute: async (_args, { session }) => {
          await session.generateReply({ userInput: 'part', tools: {} });
          return 'parted';
        },
      }),
    },
  });
  const result = await scenario({
    user: [{ startMs: 3000, endMs: 4000, text: 'bye' }],
    agent,
    llm: [
      { input: '', output: 'welcome' },
      { input: 'bye', toolCalls: [{ name: 'part' }] },
      { input: 'part', output: 'see you soon' },
      { input: 'parted' },
    ],
    tts: [
      { text: 'welcome', audioMs: 2000 },
      { text: 'one moment', audioMs: 1000, ttfbMs: 0 },
      { text: 'see you soon', audioMs: 3000 },
    ],
    durationMs: 14_000,
  });
  expect(result.played.map(({ playedMs }) => playedMs)).toEqual([2000, 1000, 3000]);
  expect(result.history.filter((line) => !line.startsWith('user: part'))).toEqual([
    'assistant: welcome',
    'user: bye',
    'assistant: one moment',
    'assistant: see you soon',
    'call: part {}',
    'output: parted',
  ]);
});

describe('S084: arguments that are almost JSON', () => {
  const parameters = { type: 'object', properties: { day: { type: 'string' } }, required: ['day'] } as const;
  const calls: RunContext['functionCall'][] = [];

  test.each([
    ['{day: "Monday",}', 'call: book {"day":"Monday"}', 'output: booked'],
    ['{when: "Monday",}', 'call: book {"when":"Monday"}', 'error: The arguments of book are wrong: day: required.'],
    ['on Monday', 'call: book on Monday', 'error: The arguments of book are not valid JSON. Call it again with a JSON object.'],
  ])('S084: %j', async (argumentsJson, call, output) => {
    const book = tool({
      ...described,
      parameters,
      execute: (_args, { functionCall }) => {
        calls.push(functionCall);
        return 'booked';
      },
    });
    const result = await scenario({
      user: hello,
      llm: [{ input: 'hello', toolCalls: [{ name: 'book', argumentsJson }] }, { input: output.replace(/^\w+: /, '') }],
      tools: { book },
      durationMs: 6000,
    });
    expect(result.history.slice(1)).toEqual([call, output]);
    expect(result.session.agent).toBeDefined();
  });

  test('the tool is told of the call as it stands in the history', () => {
    expect(calls).toEqual([{ callId: 'call-1', name: 'book', argumentsJson: '{"day":"Monday"}' }]);
  });
});

test('a tool with a limit of its own is ended by it, and the model told', async () => {
  const text = 'act did not finish within 1000 ms, and was ended.';
  const result = await scenario({
    user: hello,
    llm: [calling('act'), { input: text, output: 'too slow' }],
    tts: [{ text: 'too slow', audioMs: 500 }],
    tools: { act: tool({ ...described, timeoutMs: 1000, execute: () => new Promise(() => {}) }) },
    durationMs: 7000,
  });
  expect(result.history.slice(1)).toEqual(['call: act {}', `error: ${text}`, 'assistant: too slow']);
  expect(result.events.flatMap(({ atMs, event }) => (event.type === 'tool-updated' ? [`${atMs} ${event.status}`] : []))).toEqual([
    '3300 started',
    '4300 failed',
  ]);
});

test('S082: replies made in onEnter, and those after their tools, are not offered tools that hide there; the next turn is', async () => {
  const offered: string[][] = [];
  class Watchful extends Agent {
    override onEnter(): void {
      this.session.generateReply({ instructions: 'greet' });
    }
    override llmNode(request: Parameters<Agent['llmNode']>[0]): ReturnType<Agent['llmNode']> {
      offered.push(request.tools.map(({ name }) => name));
      return super.llmNode(request);
    }
  }
  const agent = new Watchful({
    instructions: '',
    tools: {
      look: tool({ ...described, execute: () => 'seen' }),
      transfer: tool({ ...described, hideOnEnter: true, execute: () => 'never' }),
    },
  });
  await scenario({
    user: [{ startMs: 3000, endMs: 4000, text: 'bye' }],
    agent,
    llm: [
      { input: '', toolCalls: [{ name: 'look' }] },
      { input: 'seen', output: 'welcome' },
      { input: 'bye', output: 'bye' },
    ],
    tts: ['welcome', 'bye'].map((text) => ({ text, audioMs: 500 })),
    durationMs: 7000,
  });
  expect(offered).toEqual([['look'], ['look'], ['look', 'transfer']]);
});
