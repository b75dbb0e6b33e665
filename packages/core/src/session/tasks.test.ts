import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import { textCall } from '../testing/text-call.js';
import type { RunResult } from '../run/run-result.js';
import type { Tool } from '../tools/tool.js';

/** A tool without parameters. */
const act = (execute: (context: RunContext) => unknown): Tool<RunContext> =>
  tool({ description: 'Acts.', execute: (_args, context) => execute(context) });
const lines = (result: RunResult): string[] => result.items.map(inShort);

/** Asks, and is done with what its tool `set` is called with. */
class Ask extends AgentTask<string> {
  readonly question: string;

  constructor(label: string, question: string, tools: Readonly<Record<string, Tool<RunContext>>> = {}) {
    const set = tool({
      description: 'Sets.',
      parameters: z.object({ value: z.string() }),
      execute: ({ value }) => void this.complete(value),
    });
    super({ instructions: `Ask for the ${label}.`, label, tools: { set, ...tools } });
    this.question = question;
  }

  override onEnter(): void {
    if (this.question !== '') this.session.say(this.question);
  }
}

const setTo = (value: string) => [{ name: 'set', argumentsJson: JSON.stringify({ value }) }];

describe('a task awaited in a tool', () => {
  test('talks to the caller while the tool waits, and the agent answers with its result; it knows what was said', async () => {
    const agent = new Agent({
      instructions: '',
      label: 'desk',
      tools: { book: act(async () => `booked for ${await new Ask('name', 'Your name?')}`) },
    });
    await using call = await textCall({
      agent,
      llm: [
        { input: 'a table', toolCalls: [{ name: 'book' }] },
        { input: 'Alice', toolCalls: setTo('Alice') },
        { input: 'booked for Alice', output: 'Done, Alice.' },
      ],
    });
    expect(lines(await call.run('a table'))).toEqual(['handoff: name', 'assistant: Your name?']);
    expect(call.session.agentState).toBe('listening');
    expect(lines(await call.run('Alice'))).toEqual([
      'call: set {"value":"Alice"}',
      'output: ',
      'handoff: desk',
      'call: book {}',
      'output: booked for Alice',
      'assistant: Done, Alice.',
    ]);
    expect(agent.chatContext.items.map(inShort)).toEqual([
      'user: a table',
      'assistant: Your name?',
      'user: Alice',
      'call: book {}',
      'output: booked for Alice',
      'assistant: Done, Alice.',
    ]);
  });

  test('that fails throws at who awaits it', async () => {
    class Refuse extends AgentTask {
      override onEnter(): void {
        this.fail(new Error('no'));
      }
    }
    let thrown: unknown;
    const run = act(async () => {
      thrown = await new Refuse({ instructions: '' }).run().catch((error: unknown) => error);
      return 'it failed';
    });
    await using call = await textCall({
      agent: new Agent({ instructions: '', tools: { run } }),
      llm: [
        { input: 'go', toolCalls: [{ name: 'run' }] },
        { input: 'it failed', output: 'sorry' },
      ],
    });
    (await call.run('go')).expect.at(-1).isMessage({ text: 'sorry' });
    expect(thrown).toEqual(new Error('no'));
  });

  test('waits for its turn while another one has the word', async () => {
    const agent = new Agent({
      instructions: '',
      label: 'desk',
      tools: { name: act(() => new Ask('name', 'Name?')), day: act(() => new Ask('day', 'Day?')) },
    });
    await using call = await textCall({
      agent,
      llm: [
        { input: 'book', toolCalls: [{ name: 'name' }, { name: 'day' }] },
        { input: 'Bob', toolCalls: setTo('Bob') },
        { input: 'Monday, please', toolCalls: setTo('Monday') },
        { input: 'Monday', output: 'See you.' },
      ],
    });
    expect(lines(await call.run('book'))).toEqual(['handoff: name', 'assistant: Name?']);
    expect(lines(await call.run('Bob'))).toEqual([
      'call: set {"value":"Bob"}',
      'output: ',
      'handoff: desk',
      'handoff: day',
      'assistant: Day?',
    ]);
    expect(lines(await call.run('Monday, please'))).toEqual([
      'call: set {"value":"Monday"}',
      'output: ',
      'handoff: desk',
      'call: name {}',
      'call: day {}',
      'output: Bob',
      'output: Monday',
      'assistant: See you.',
    ]);
    await call.close();
  });
});
