import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import { TaskGroup } from '../agent/task-group.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import type { ScriptedReply } from '../testing/scripted-llm.js';
import { textCall } from '../testing/text-call.js';

/** Asks for one thing, and is done with what its tool `set` is called with. */
class Ask extends AgentTask<string> {
  constructor(label: string) {
    const set = tool({
      description: 'Sets.',
      parameters: z.object({ value: z.string() }),
      execute: ({ value }) => void this.complete(value),
    });
    super({ instructions: '', label, tools: { set } });
  }

  override onEnter(): void {
    this.session.say(`The ${this.label}?`);
  }
}

const set = (input: string): ScriptedReply => ({ input, toolCalls: [{ name: 'set', argumentsJson: JSON.stringify({ value: input }) }] });

/** Does a group on the word "go", and says what came of it. */
const desk = (options: { readonly summarize?: boolean } = {}) =>
  new Agent({
    instructions: '',
    label: 'desk',
    tools: {
      go: tool({
        description: 'Goes.',
        execute: async () => {
          const { name, day } = await new TaskGroup({
            ...options,
            tasks: {
              name: { description: 'Asks for the name.', create: () => new Ask('name') },
              day: { description: 'Asks for the day.', create: () => new Ask('day') },
            },
          });
          return `${name} on ${day}`;
        },
      }),
    },
  });
const go: ScriptedReply = { input: 'go', toolCalls: [{ name: 'go' }] };

describe('a group of tasks', () => {
  test('does one after another, and gives the results by id', async () => {
    const agent = desk();
    await using call = await textCall({
      agent,
      llm: [go, set('Bob'), set('Monday'), { input: 'Bob on Monday', output: 'Done.' }],
    });
    (await call.run('go')).expect.at(-1).isMessage({ text: 'The name?' });
    (await call.run('Bob')).expect.at(-1).isMessage({ text: 'The day?' });
    (await call.run('Monday')).expect.at(-1).isMessage({ text: 'Done.' });
    expect(call.session.agent).toBe(agent);
    expect(agent.chatContext.items.map(inShort)).toEqual([
      'user: go',
      'assistant: The name?',
      'user: Bob',
      'assistant: The day?',
      'user: Monday',
      'call: go {}',
      'output: Bob on Monday',
      'assistant: Done.',
    ]);
    await call.close();
  });

  test('goes back to an earlier one when the caller wants to, then on with the one that was left', async () => {
    await using call = await textCall({
      agent: desk(),
      llm: [
        go,
        set('Bob'),
        { input: 'it is Rob', toolCalls: [{ name: 'go_back', argumentsJson: '{"to":"name"}' }] },
        set('Rob'),
        set('Monday'),
        { input: 'Rob on Monday', output: 'Done.' },
      ],
    });
    await call.run('go');
    await call.run('Bob');
    (await call.run('it is Rob')).expect.at(-1).isMessage({ text: 'The name?' });
    (await call.run('Rob')).expect.at(-1).isMessage({ text: 'The day?' });
    (await call.run('Monday')).expect.at(-1).isMessage({ text: 'Done.' });
    await call.close();
  });

  test('offers a way back only to what is done, and tells the model of a name that is none', async () => {
    await using call = await textCall({
      agent: desk(),
      llm: [
        go,
        set('Bob'),
        { input: 'back', toolCalls: [{ name: 'go_back', argumentsJson: '{"to":"start"}' }] },
        { input: 'There is no earlier step of this name; there are name.', output: 'Back to what?' },
      ],
    });
    await call.run('go');
    expect(call.session.agent?.tools.map(({ name }) => name)).toEqual(['set']);
    await call.run('Bob');
    expect(call.session.agent?.tools.map(({ name }) => name)).toEqual(['set', 'go_back']);
    (await call.run('back')).expect.at(-1).isMessage({ text: 'Back to what?' });
    await call.close();
  });

  test('can leave a summary to whoever awaits it', async () => {
    const agent = desk({ summarize: true });
    const question = 'Summarise this part of the call in a few sentences: what was asked, what was said and what was settled.';
    await using call = await textCall({
      agent,
      llm: [go, set('Bob'), set('Monday'), { input: question, output: 'Bob, Monday.' }, { input: 'Bob on Monday', output: 'Done.' }],
    });
    await call.run('go');
    await call.run('Bob');
    await call.run('Monday');
    expect(agent.chatContext.items.map(inShort)).toEqual([
      'user: go',
      'system: Summary of what was said in TaskGroup: Bob, Monday.',
      'call: go {}',
      'output: Bob on Monday',
      'assistant: Done.',
    ]);
    await call.close();
  });

  test('ends with what one of its tasks fails with', async () => {
    class Failing extends AgentTask {
      override onEnter(): void {
        this.fail(new Error('no'));
      }
    }
    const errors: unknown[] = [];
    class Desk extends Agent {
      override async onEnter(): Promise<void> {
        const group = new TaskGroup({ tasks: { one: { description: '', create: () => new Failing({ instructions: '' }) } } });
        await group.run().catch((error: unknown) => errors.push(error));
      }
    }
    await using call = await textCall({ agent: new Desk({ instructions: '' }) });
    expect(errors).toEqual([new Error('no')]);
    expect(call.session.agent?.label).toBe('Desk');
    await call.close();
  });

  test('is closed with the session in the middle of a task', async () => {
    const call = await textCall({ agent: desk(), llm: [go] });
    await call.run('go');
    await call.close();
    expect(call.session.agentState).toBe('listening');
  });

  test('without tasks is refused', () => {
    expect(() => new TaskGroup({ tasks: {} })).toThrow(/"tasks" is empty/);
  });
});
