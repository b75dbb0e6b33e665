import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { ToolSpecification } from '../provider/tool-specification.js';
import type { Toolset, ToolsetConnection } from '../provider/toolset.js';
import { scenario } from '../testing/scenario.js';
import { createScriptedToolset } from '../testing/scripted-toolset.js';
import { AgentSession } from './agent-session.js';

const weather = { name: 'weather', output: 'sunny' };
const asking = (call: string, answered: string): Parameters<typeof scenario>[0] => ({
  llm: [
    { input: 'go', toolCalls: [{ name: call, argumentsJson: '{"day":"Monday"}' }] },
    { input: answered, output: 'there you are' },
  ],
  tts: [{ text: 'there you are', audioMs: 500 }],
  at: { 500: (session) => void session.generateReply({ userInput: 'go' }) },
  durationMs: 8000,
});

test('a toolset’s tools are offered and called like the agent’s own, and its connection ends with the session', async () => {
  const toolset = createScriptedToolset([weather]);
  const { history, llmCalls } = await scenario({ ...asking('weather', 'sunny'), options: { mcpServers: [toolset] } });
  expect(history).toEqual(['user: go', 'call: weather {"day":"Monday"}', 'output: sunny', 'assistant: there you are']);
  expect(llmCalls[0]?.tools).toEqual(['weather']);
  expect(toolset.calls).toEqual(['weather {"day":"Monday"}']);
  expect([toolset.connections, toolset.openCount]).toEqual([1, 0]);
});

test('what a tool of a toolset failed of is read by the model; structured content where there is no text', async () => {
  const failing = createScriptedToolset([{ name: 'weather', output: 'no such day', isError: true }]);
  const failed = await scenario({ ...asking('weather', 'no such day'), options: { mcpServers: [failing] } });
  expect(failed.history[2]).toBe('error: no such day');
  const structured = createScriptedToolset([{ name: 'weather', structured: { degrees: 20 } }]);
  const told = await scenario({ ...asking('weather', '{"degrees":20}'), options: { mcpServers: [structured] } });
  expect(told.history[2]).toBe('output: {"degrees":20}');
});

test('an agent’s toolsets stand in place of the session’s, are connected when it takes over, and let go of when it leaves', async () => {
  const ofSession = createScriptedToolset([{ name: 'one' }]);
  const ofAgent = createScriptedToolset([{ name: 'two' }], { connectMs: 300 });
  const open: number[][] = [];
  const look = () => void open.push([ofSession.openCount, ofAgent.openCount]);
  const { llmCalls } = await scenario({
    agent: new Agent({ instructions: 'a', label: 'A' }),
    options: { mcpServers: [ofSession] },
    llm: [
      { input: 'first', output: '' },
      { input: 'second', output: '' },
      { input: 'third', output: '' },
    ],
    at: {
      100: (session) => void session.generateReply({ userInput: 'first' }),
      1000: (session) => session.updateAgent(new Agent({ instructions: 'b', label: 'B', mcpServers: [ofAgent] })),
      1200: look,
      2000: (session) => void session.generateReply({ userInput: 'second' }),
      2100: look,
      3000: (session) => session.updateAgent(new Agent({ instructions: 'c', label: 'C', mcpServers: null })),
      3500: look,
      4000: (session) => void session.generateReply({ userInput: 'third' }),
    },
    durationMs: 6000,
  });
  expect(llmCalls.map(({ tools }) => tools)).toEqual([['one'], ['two'], []]);
  expect(open).toEqual([
    [1, 0],
    [1, 1],
    [1, 0],
  ]);
  expect([ofSession.openCount, ofAgent.openCount]).toEqual([0, 0]);
});

test('a list that changes counts from the next reply on', async () => {
  const toolset = createScriptedToolset([{ name: 'one' }]);
  const { llmCalls } = await scenario({
    options: { mcpServers: [toolset] },
    llm: [
      { input: 'first', output: '' },
      { input: 'second', output: '' },
    ],
    at: {
      100: (session) => void session.generateReply({ userInput: 'first' }),
      1000: () => toolset.change([{ name: 'one' }, { name: 'with/slash' }]),
      2000: (session) => void session.generateReply({ userInput: 'second' }),
    },
    durationMs: 4000,
  });
  expect(llmCalls.map(({ tools }) => tools)).toEqual([['one'], ['one', 'with_slash']]);
});

test('a toolset that cannot be reached, or breaks, is told and tried again; the call goes on without its tools meanwhile', async () => {
  const toolset = createScriptedToolset([weather]);
  toolset.refuse(2);
  const { events, llmCalls } = await scenario({
    options: { mcpServers: [toolset] },
    llm: [
      { input: 'first', output: '' },
      { input: 'second', output: '' },
      { input: 'third', output: '' },
    ],
    at: {
      // Tried at 0, 1,000 and 3,000.
      2000: (session) => void session.generateReply({ userInput: 'first' }),
      4000: (session) => void session.generateReply({ userInput: 'second' }),
      5000: () => toolset.disconnect(),
      5500: (session) => void session.generateReply({ userInput: 'third' }),
    },
    durationMs: 8000,
  });
  expect(llmCalls.map(({ tools }) => tools.length)).toEqual([0, 1, 0]);
  const told = events.flatMap(({ event, atMs }) =>
    event.type === 'error' || event.type === 'recovered' ? [`${atMs} ${event.type} ${event.source}`] : [],
  );
  expect(told).toEqual(['0 error toolset', '1000 error toolset', '3000 recovered toolset', '5000 error toolset', '6000 recovered toolset']);
  expect([toolset.connections, toolset.openCount]).toEqual([2, 0]);
});

test('a call that finds its connection expired is made once more on a new one', async () => {
  const toolset = createScriptedToolset([weather]);
  toolset.expire();
  const { history, events } = await scenario({ ...asking('weather', 'sunny'), options: { mcpServers: [toolset] } });
  expect(history[2]).toBe('output: sunny');
  expect(toolset.connections).toBe(2);
  expect(events.filter(({ event }) => event.type === 'error')).toEqual([]);
});

test('an interruption aborts the call of a toolset’s tool; progress is told', async () => {
  const toolset = createScriptedToolset([{ name: 'weather', delayMs: 4000, progress: { done: 1, total: 2, message: 'half' } }]);
  const { events } = await scenario({
    options: { mcpServers: [toolset] },
    llm: [{ input: 'go', toolCalls: [{ name: 'weather' }] }],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }), 4000: (session) => session.interrupt() },
    durationMs: 6000,
  });
  expect(toolset.calls).toEqual(['weather {} (aborted)']);
  expect(events.find(({ event }) => event.type === 'tool-progress')?.event).toMatchObject({
    name: 'weather',
    done: 1,
    total: 2,
    message: 'half',
  });
});

test('of two tools with one name the agent’s own is offered, and the other is told of once', async () => {
  const toolset = createScriptedToolset([weather]);
  const own = tool({ description: 'Own.', parameters: { type: 'object', properties: {} }, execute: () => 'rainy' });
  const { history, events } = await scenario({
    ...asking('weather', 'rainy'),
    tools: { weather: own },
    options: { mcpServers: [toolset] },
  });
  expect(history[2]).toBe('output: rainy');
  expect(events.filter(({ event }) => event.type === 'error')).toHaveLength(1);
});

test('S094: a listed tool is plain and waited for; marks, duplicates and progress are each its own; one list serves every reply', async () => {
  const toolset = createScriptedToolset([
    { name: 'plain', output: 'plain done', delayMs: 1000 },
    {
      name: 'slow',
      output: 'slow done',
      delayMs: 8000,
      progress: { done: 1, total: 2 },
      marks: { background: true, onDuplicate: 'reject' },
    },
  ]);
  let lists = 0;
  const listed: Toolset = {
    ...toolset,
    connect: async (options) => {
      const connection = await toolset.connect(options);
      const tools = () => {
        lists += 1;
        return connection.tools();
      };
      const call: ToolsetConnection['call'] = (request) => connection.call(request);
      return { events: connection.events, call, tools, [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose]() };
    },
  };
  const { history, events, llmCalls } = await scenario({
    options: { mcpServers: [listed] },
    llm: [
      { input: 'go', toolCalls: [{ name: 'plain' }, { name: 'slow' }, { name: 'slow' }] },
      { input: 'slow is already running with the same arguments. Its result will follow.', output: '' },
      { input: 'slow done', output: '' },
    ],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 12_000,
  });
  expect(history.slice(4)).toEqual([
    'output: plain done',
    'output: Started.\n(Still running. The result will follow; do not guess it.)',
    'output: slow is already running with the same arguments. Its result will follow.',
    'call: slow {}',
    'output: slow done',
  ]);
  expect(events.flatMap(({ atMs, event }) => (event.type === 'tool-progress' ? [[atMs, event.name, event.done]] : []))).toEqual([
    [4800, 'slow', 1],
  ]);
  expect([lists, llmCalls.map(({ tools }) => tools)]).toEqual([1, [1, 2, 3].map(() => ['plain', 'slow'])]);
});

test('S082: a tool of a toolset that hides on entering is not offered there', async () => {
  class Greeting extends Agent {
    override onEnter(): void {
      this.session.generateReply({ userInput: 'greet' });
    }
  }
  const { llmCalls } = await scenario({
    agent: new Greeting({ instructions: '' }),
    options: { mcpServers: [createScriptedToolset([{ name: 'look' }, { name: 'transfer', marks: { hideOnEnter: true } }])] },
    llm: ['greet', 'next'].map((input) => ({ input, output: '' })),
    at: { 2000: (session) => void session.generateReply({ userInput: 'next' }) },
    durationMs: 4000,
  });
  expect(llmCalls.map(({ tools }) => tools)).toEqual([['look'], ['look', 'transfer']]);
});

/** As a server may list them, against the contract. */
function broken(): readonly ToolSpecification[];
function broken(): readonly unknown[] {
  const object = { type: 'object' };
  return [
    null,
    { name: '', parameters: object },
    { name: 'a', description: '', parameters: { type: 'string' } },
    { name: 'b', parameters: object, marks: { background: 'yes' } },
  ];
}

test('a tool of a toolset that cannot be offered is told of, and leaves the others as they are', async () => {
  const scripted = createScriptedToolset([{ name: 'good', output: 'fine' }]);
  const listing: Toolset = {
    ...scripted,
    connect: async (options) => {
      const connection = await scripted.connect(options);
      return {
        events: connection.events,
        tools: async () => [...broken(), ...(await connection.tools())],
        call: (request) => connection.call(request),
        [Symbol.asyncDispose]: () => connection[Symbol.asyncDispose](),
      };
    },
  };
  const { llmCalls, events } = await scenario({
    options: { mcpServers: [listing] },
    llm: [{ input: 'go', output: '' }],
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }) },
    durationMs: 3000,
  });
  expect(llmCalls[0]?.tools).toEqual(['b', 'good']);
  const rules = [
    'listed a tool without a name',
    'listed the tool "a", whose parameters describe no object',
    'listed the tool "b" without a description',
    'listed the tool "b" with marks that cannot be: background must be true or false',
  ];
  expect(events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []))).toEqual(
    rules.map((rule) => `scripted: broke its contract: ${rule}`),
  );
});

test('a toolset that never connects holds the start up for 10 s, and no longer', async () => {
  const toolset = createScriptedToolset([weather], { connectMs: 60_000 });
  const { events } = await scenario({ options: { mcpServers: [toolset] }, durationMs: 15_000 });
  expect(events[0]?.atMs).toBe(10_000);
  expect(events.some(({ event }) => event.type === 'error' && event.source === 'toolset')).toBe(true);
});

test('what is no list of toolsets is refused by name', () => {
  const construct = (target: typeof AgentSession | typeof Agent, options: object) => () => void Reflect.construct(target, [options]);
  expect(construct(AgentSession, { mcpServers: [{}] })).toThrow('mcpServers');
  expect(construct(Agent, { instructions: 'a', mcpServers: 'mcp' })).toThrow('mcpServers');
});
