import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent } from '../agent/agent.js';
import { functionTool } from '../agent/function-tool.js';
import { tool } from '../agent/tool.js';
import { ToolError } from '../tools/tool-errors.js';
import { mockTools } from './mock-tools.js';
import { scenario } from './scenario.js';
import { textCall } from './text-call.js';

class Desk extends Agent {
  constructor() {
    const pay = tool({ description: 'Pays.', parameters: z.object({ euro: z.number() }), execute: () => 'paid' });
    super({ instructions: '', tools: { pay } });
  }

  @functionTool
  book(): string {
    return 'really booked';
  }
}

describe('mockTools', () => {
  const llm = (outputs: { readonly book: string; readonly pay: string }) => [
    { input: 'book', toolCalls: [{ name: 'book' }] },
    { input: outputs.book, output: 'ok' },
    { input: 'pay', toolCalls: [{ name: 'pay', argumentsJson: '{"euro":5}' }] },
    { input: outputs.pay, output: 'ok' },
  ];

  test('replaces tools of a class, marked or given, until the scope ends', async () => {
    {
      using _mocks = mockTools(Desk, {
        book: () => 'as if',
        pay: ({ euro }) => {
          throw new ToolError(`no ${String(euro)} euro`);
        },
      });
      await using call = await textCall({ agent: new Desk(), llm: llm({ book: 'as if', pay: 'no 5 euro' }) });
      (await call.run('book')).expect.containsToolOutput({ output: 'as if' });
      (await call.run('pay')).expect.containsToolOutput({ output: 'no 5 euro', isError: true });
      await call.close();
    }
    await using call = await textCall({ agent: new Desk(), llm: llm({ book: 'really booked', pay: 'paid' }) });
    (await call.run('book')).expect.containsToolOutput({ output: 'really booked' });
    (await call.run('pay')).expect.containsToolOutput({ output: 'paid' });
    await call.close();
    expect(Object.hasOwn(Desk.prototype, 'tools')).toBe(false);
  });

  test('of the same tool within each other: the inner one holds', () => {
    const outer = mockTools(Desk, { book: () => 'outer' });
    const inner = mockTools(Desk, { book: () => 'inner' });
    const result = (): unknown => Reflect.apply(new Desk().tools.find(({ name }) => name === 'book')?.execute ?? fail, undefined, [{}]);
    expect(result()).toBe('inner');
    inner[Symbol.dispose]();
    expect(result()).toBe('outer');
    outer[Symbol.dispose]();
    expect(result()).toBe('really booked');
  });

  test('of a tool that no agent had is an error', () => {
    const mocks = mockTools(Desk, { boook: () => '' });
    expect(new Desk().tools).toHaveLength(2);
    expect(() => mocks[Symbol.dispose]()).toThrow('mockTools: no agent of class Desk had a tool "boook"');
  });
});

test('mockTools refuses what is no class, and what does nothing in place of a tool', () => {
  const call =
    (...args: readonly unknown[]) =>
    () =>
      void Reflect.apply(mockTools, undefined, args);
  expect(call({}, {})).toThrow('mockTools: give the class of the agents');
  expect(call(Desk, { book: 'booked' })).toThrow('mockTools: "book" is no function that takes the place of a tool');
  expect(Object.hasOwn(Desk.prototype, 'tools')).toBe(false);
});

test('of several replies to one input each is given once, in order, and the last again; one too many is told', async () => {
  const agent = () => new Agent({ instructions: '' });
  const llm = ['one', 'two'].map((output) => ({ input: 'yes', output }));
  await using call = await textCall({ agent: agent(), llm });
  for (const text of ['one', 'two', 'two']) (await call.run('yes')).expect.next().isMessage({ text });
  await call.close();
  const short = await textCall({ agent: agent(), llm });
  await short.run('yes');
  await expect(short.close()).rejects.toThrow('the LLM was never asked "yes"');
});

const fail = (): never => {
  throw new Error('there is no such tool');
};

describe('a call that does not go as scripted', () => {
  test('by voice tells when what happened, and what was expected', async () => {
    const failure = scenario({
      user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
      llm: [{ input: 'good morning', output: 'hi' }],
      durationMs: 5000,
    });
    await expect(failure).rejects.toThrow(
      [
        'the call did not go as scripted:',
        '- at 3000 ms the LLM was asked "hello", for which no reply is scripted; expected was one of: "good morning"',
        '- the LLM was never asked "good morning"',
        'the call:',
        '       0 ms     history: handoff: Agent',
        '       0 ms     agent listening',
        '     550 ms     user speaking',
        '    2600 ms     heard so far: hello',
        '    2700 ms     heard: hello',
        '    3000 ms     user listening',
        '    3000 ms     history: user: hello',
        '    3000 ms     agent thinking',
        '    3000 ms     agent listening',
        '    3000 ms  >> the LLM was asked "hello", for which no reply is scripted; expected was one of: "good morning"',
        '    5000 ms     closed: user',
        '    5000 ms  >> the LLM was never asked "good morning"',
      ].join('\n'),
    );
  });

  test('in writing tells it at the end of the run', async () => {
    await using call = await textCall({ agent: new Agent({ instructions: '' }) });
    await expect(call.run('hello')).rejects.toThrow(/at 0 ms the LLM was asked "hello".*expected was nothing\nthe call:\n/);
  });

  test('because a reply was never asked for tells it as it is closed', async () => {
    const call = await textCall({ agent: new Agent({ instructions: '' }), llm: [{ input: 'bye', output: 'bye' }] });
    await expect(call.close()).rejects.toThrow(/- the LLM was never asked "bye"/);
  });
});
