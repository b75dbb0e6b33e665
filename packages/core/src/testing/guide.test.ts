import { expect, test } from 'vitest';
import { z } from 'zod';
import { Agent, AgentTask, functionTool, handoff, tool, ToolError } from '../index.js';
import type { LLM } from '../provider/llm.js';
import { createScriptedLLM, mockTools, scenario, ScriptProblems, textCall } from './index.js';

// What docs/testing.md shows, on the sources. The page itself is run by scripts/follow-testing-guide.mjs.

class CollectName extends AgentTask<string> {
  constructor() {
    super({
      instructions: 'Ask for the name of the caller.',
      tools: {
        setName: tool({
          description: 'Call it once the caller has said the name.',
          parameters: z.object({ name: z.string() }),
          execute: ({ name }) => void this.complete(name),
        }),
      },
    });
  }

  override onEnter(): void {
    this.session.say('What is your name?');
  }
}

class Manager extends Agent {
  constructor() {
    super({ instructions: 'You are the manager.' });
  }

  override onEnter(): void {
    this.session.say('The manager speaking.');
  }
}

class FrontDesk extends Agent {
  constructor() {
    super({ instructions: 'You answer the phone of a restaurant.' });
  }

  @functionTool({ description: 'Books a table.', parameters: z.object({ people: z.number() }) })
  async book({ people }: { readonly people: number }): Promise<string> {
    if (people > 12) throw new ToolError('At most twelve people.');
    return `booked for ${await new CollectName()}`;
  }

  @functionTool({ description: 'Fetches the manager.' })
  manager(): unknown {
    return handoff({ agent: new Manager(), result: 'The manager comes.', carryContext: true });
  }
}

const book = (people: number) => [{ name: 'book', argumentsJson: JSON.stringify({ people }) }];

test('a conversation in writing', async () => {
  await using call = await textCall({
    agent: new FrontDesk(),
    llm: [
      { input: 'a table for two', toolCalls: [{ name: 'book', argumentsJson: '{"people":2}' }] },
      { input: 'Alice', toolCalls: [{ name: 'setName', argumentsJson: '{"name":"Alice"}' }] },
      { input: 'booked for Alice', output: 'See you, Alice.' },
    ],
  });

  const asked = await call.run('a table for two');
  asked.expect.next().isHandoff({ to: 'CollectName' });
  asked.expect.next().isMessage({ role: 'assistant', text: 'What is your name?' });
  asked.expect.noMore();

  const booked = await call.run('Alice');
  booked.expect.containsToolCall({ name: 'book', arguments: { people: 2 } });
  booked.expect.containsToolOutput({ name: 'book', output: /Alice/ });
  booked.expect.at(-1).isMessage({ text: 'See you, Alice.' });
  expect(call.session.agent?.label).toBe('FrontDesk');
  await call.close();
});

test('what an agent does at the start, and a hand-off', async () => {
  await using call = await textCall({
    agent: new FrontDesk(),
    llm: [{ input: 'the manager, please', toolCalls: [{ name: 'manager' }] }],
  });
  call.started.expect.next().isHandoff({ to: 'FrontDesk' });
  call.started.expect.noMore();

  const result = await call.run('the manager, please');
  result.expect.skipNext();
  result.expect.next().isToolOutput({ output: 'The manager comes.' });
  result.expect.next().isHandoff({ from: 'FrontDesk', to: 'Manager' });
  result.expect.next().isMessage({ text: 'The manager speaking.' });
  expect(call.session.agent?.label).toBe('Manager');
});

test('tools replaced', async () => {
  using _mocks = mockTools(FrontDesk, {
    book: () => {
      throw new ToolError('The book is full.');
    },
  });
  await using call = await textCall({
    agent: new FrontDesk(),
    llm: [
      { input: 'a table for two', toolCalls: book(2) },
      { input: 'The book is full.', output: 'We are full tonight.' },
    ],
  });
  const result = await call.run('a table for two');
  result.expect.containsToolOutput({ isError: true });
  expect(result.expect.at(-1).isMessage().text).toBe('We are full tonight.');
});

test('a judge', async () => {
  await using call = await textCall({ agent: new Manager(), llm: [{ input: 'hello?', output: 'How can I help?' }] });
  const yourLLM: LLM = judging('The user said:\nhello?\n\nThe agent said:\nHow can I help?\n\nWhat is meant:\noffers help');

  const result = await call.run('hello?');
  const judged = result.expect.next().isMessage().judge(yourLLM, { intent: 'offers help' });
  const { score } = await call.clock.runUntil(judged);
  expect(score).toBe(1);
});

/** Stands for a real model. */
const judging = (input: string): LLM =>
  createScriptedLLM(
    [{ input, toolCalls: [{ name: 'verdict', argumentsJson: '{"verdict":"pass","reason":"It does."}' }] }],
    new ScriptProblems(),
  );

test('a call with voices', async () => {
  const { history, played, agentStates } = await scenario({
    agent: new Manager(),
    user: [{ startMs: 3000, endMs: 4500, text: 'hello' }],
    llm: [{ input: 'hello', output: 'Good evening.' }],
    tts: [
      { text: 'The manager speaking.', audioMs: 2000 },
      { text: 'Good evening.', audioMs: 1000 },
    ],
    durationMs: 8000,
  });
  expect(history).toEqual(['assistant: The manager speaking.', 'user: hello', 'assistant: Good evening.']);
  // The end of the turn 500 ms after the voice; then 300 ms of the model and 200 ms of the speech.
  expect(agentStates).toContain('5500 speaking');
  expect(played.at(-1)).toMatchObject({ startedMs: 5500, endedMs: 6500, complete: true });
});

test('an interruption, to the millisecond', async () => {
  const { history } = await scenario({
    agent: new Manager(),
    user: [{ startMs: 1000, endMs: 2000, text: 'stop' }],
    llm: [{ input: 'stop', output: '' }],
    tts: [{ text: 'The manager speaking.', audioMs: 3000 }],
    durationMs: 6000,
  });
  // Heard from 200 to 1500 ms, when the caller had spoken for 500: so much of it was said.
  expect(history).toEqual(['assistant!: The', 'user: stop']);
});
