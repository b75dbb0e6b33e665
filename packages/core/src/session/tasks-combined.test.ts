import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent, type UserTurnCompleted } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import { isAgentTaskError } from '../agent/agent-task-error.js';
import { handoff } from '../agent/handoff.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { inShort } from '../chat/in-short.js';
import type { RunResult } from '../run/run-result.js';
import { sleep } from '../stream/sleep.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { textCall } from '../testing/text-call.js';
import { VirtualClock } from '../time/virtual-clock.js';
import type { Tool } from '../tools/tool.js';
import { AgentSession } from './agent-session.js';

/** A tool without parameters. */
const act = (execute: (context: RunContext) => unknown): Tool<RunContext> =>
  tool({ description: 'Acts.', execute: (_args, context) => execute(context) });
const lines = (result: RunResult): string[] => result.items.map(inShort);
/** Why a task ended without a result, or the result. */
const outcomeOf = async (task: AgentTask<string>): Promise<string> => {
  try {
    return await task;
  } catch (error) {
    return isAgentTaskError(error) ? error.code : 'another error';
  }
};

interface Script {
  readonly label: string;
  readonly tools?: Readonly<Record<string, Tool<RunContext>>>;
  readonly enter?: (agent: Agent) => unknown;
  readonly exit?: (agent: Agent) => unknown;
  readonly completed?: (turn: UserTurnCompleted) => unknown;
}

class Scripted extends Agent {
  readonly #script: Script;

  constructor(script: Script) {
    super({ instructions: '', label: script.label, ...(script.tools === undefined ? {} : { tools: script.tools }) });
    this.#script = script;
  }
  override async onEnter(): Promise<void> {
    await this.#script.enter?.(this);
  }
  override async onExit(): Promise<void> {
    await this.#script.exit?.(this);
  }
  override async onUserTurnCompleted(turn: UserTurnCompleted): Promise<void> {
    await this.#script.completed?.(turn);
  }
}

/** A task that is done with the value that its tool `set` is called with. */
class Ask extends AgentTask<string> {
  readonly #enter: ((task: Ask) => unknown) | undefined;

  constructor({
    label,
    tools = {},
    enter,
  }: {
    readonly label: string;
    readonly tools?: Script['tools'];
    readonly enter?: (task: Ask) => unknown;
  }) {
    const set = tool({
      description: 'Sets.',
      parameters: z.object({ value: z.string() }),
      execute: ({ value }) => void this.complete(value),
    });
    super({ instructions: '', label, tools: { set, ...tools } });
    this.#enter = enter;
  }
  override async onEnter(): Promise<void> {
    await this.#enter?.(this);
  }
}

const setTo = (value: string) => [{ name: 'set', argumentsJson: JSON.stringify({ value }) }];

describe('a task', () => {
  test('S100: inside a task: the run ends while the inner one waits, and the next one completes both', async () => {
    const inner = new Ask({ label: 'inner' });
    const outer: Ask = new Ask({ label: 'outer', enter: async () => outer.complete(`outer of ${await inner}`) });
    const agent = new Scripted({ label: 'desk', tools: { go: act(async () => await outer) } });
    await using call = await textCall({
      agent,
      llm: [
        { input: 'go', toolCalls: [{ name: 'go' }] },
        { input: 'done', toolCalls: setTo('inner') },
        { input: 'outer of inner', output: 'all done' },
      ],
    });
    const first = await call.run('go');
    expect(lines(first)).toEqual(['handoff: outer', 'handoff: inner']);
    expect(first.durationMs).toBeLessThan(5000);
    expect(lines(await call.run('done'))).toEqual([
      'call: set {"value":"inner"}',
      'output: ',
      'handoff: outer',
      'handoff: desk',
      'call: go {}',
      'output: outer of inner',
      'assistant: all done',
    ]);
    expect(call.session.agent).toBe(agent);
    await call.close();
  });

  test('S101: begun by a reply from before the run leaves the task active, and a later run returns to the first agent', async () => {
    const agent = new Scripted({
      label: 'first',
      tools: { collect: act(async () => `got ${await new Ask({ label: 'task' })}`) },
      enter: ({ session }) => void session.generateReply({ userInput: 'begin' }),
    });
    const clock = new VirtualClock();
    const problems = new ScriptProblems();
    const llm = createScriptedLLM(
      [
        { input: 'begin', toolCalls: [{ name: 'collect' }], durationMs: 1000 },
        { input: 'hi', output: 'what then?' },
        { input: 'bye', toolCalls: setTo('bye') },
        { input: 'got bye', output: 'over' },
      ],
      problems,
    );
    const session = new AgentSession({ clock, llm });
    await session.start({ agent });
    const run = (userInput: string) => clock.runUntil(session.run({ userInput }));
    expect(lines(await run('hi'))).toEqual(['handoff: task', 'assistant: what then?']);
    expect(session.agent?.label).toBe('task');
    (await run('bye')).expect.at(-1).isMessage({ text: 'over' });
    expect(session.agent).toBe(agent);
    await clock.runUntil(session.close());
    problems.assertNone();
  });

  test('S103: begun from a later user turn of a task has the word', async () => {
    const outer: Ask = new Ask({
      label: 'outer',
      tools: { deeper: act(async () => `deep: ${await new Ask({ label: 'inner', enter: (task) => void task.session.say('Which?') })}`) },
    });
    await using call = await textCall({
      agent: new Scripted({ label: 'desk', enter: async () => void (await outer) }),
      llm: [
        { input: 'one', output: 'and?' },
        { input: 'two', toolCalls: [{ name: 'deeper' }] },
        { input: 'three', toolCalls: setTo('three') },
        { input: 'deep: three', toolCalls: setTo('out') },
      ],
    });
    expect(lines(await call.run('one'))).toEqual(['assistant: and?']);
    expect(lines(await call.run('two'))).toEqual(['handoff: inner', 'assistant: Which?']);
    (await call.run('three')).expect.at(-1).isHandoff({ from: 'outer', to: 'desk' });
    expect(await outer).toBe('out');
    await call.close();
  });

  test('S104: of an onEnter that needs a turn does not hold the run, which the next run completes', async () => {
    const outcomes: string[] = [];
    const second = new Scripted({
      label: 'second',
      enter: async ({ session }) => {
        await sleep(500, { clock: call.clock });
        outcomes.push(await new Ask({ label: 'task', enter: (task) => void task.session.say('Name?') }));
        session.say('thanks');
      },
    });
    await using call = await textCall({
      agent: new Scripted({ label: 'first', tools: { move: act(({ session }) => session.updateAgent(second)) } }),
      llm: [
        { input: 'move', toolCalls: [{ name: 'move' }] },
        { input: 'Bob', toolCalls: setTo('Bob') },
      ],
    });
    const moved = await call.run('move');
    expect(lines(moved)).toEqual(['call: move {}', 'output: ', 'handoff: second', 'handoff: task', 'assistant: Name?']);
    expect(moved.durationMs).toBe(800);
    (await call.run('Bob')).expect.at(-1).isMessage({ text: 'thanks' });
    expect(outcomes).toEqual(['Bob']);
    await call.close();
  });

  test('S104: a greeting that onEnter gives after a while is part of the run that led to it', async () => {
    const second = new Scripted({
      label: 'second',
      enter: async ({ session }) => {
        await sleep(500, { clock: call.clock });
        session.say('welcome');
      },
    });
    await using call = await textCall({
      agent: new Scripted({ label: 'first', tools: { move: act(({ session }) => session.updateAgent(second)) } }),
      llm: [{ input: 'move', toolCalls: [{ name: 'move' }] }],
    });
    expect(lines(await call.run('move'))).toEqual(['call: move {}', 'output: ', 'handoff: second', 'assistant: welcome']);
    await call.close();
  });

  test('in onUserTurnCompleted gets the turns that it needs, and the first turn is answered after it', async () => {
    const agent = new Scripted({
      label: 'desk',
      completed: async (turn) => {
        if (turn.text === 'book') turn.text = `book for ${await new Ask({ label: 'task', enter: (task) => task.session.say('Name?') })}`;
      },
    });
    await using call = await textCall({
      agent,
      llm: [
        { input: 'well', output: 'The name, please.' },
        { input: 'Bob', toolCalls: setTo('Bob') },
      ],
      options: { hookTimeoutMs: 1000 },
    });
    expect(lines(await call.run('book'))).toEqual(['handoff: task', 'assistant: Name?']);
    await call.clock.advance(60_000);
    expect(lines(await call.run('well'))).toEqual(['assistant: The name, please.']);
    await call.clock.runUntil(call.session.run({ userInput: 'Bob' }));
    expect(call.session.history.messages('user').map(inShort)).toEqual(['user: book for Bob', 'user: well', 'user: Bob']);
    expect(call.session.agent).toBe(agent);
  });

  test('may await what it says itself, at any place', async () => {
    const said: string[] = [];
    const task: Ask = new Ask({
      label: 'task',
      enter: async ({ session }) => {
        await session.say('one');
        await session.generateReply({ additionalInstructions: 'two' });
        said.push(...session.history.messages('assistant').map(inShort));
        task.complete('done');
      },
    });
    await using call = await textCall({
      agent: new Scripted({ label: 'desk', tools: { go: act(async () => await task) } }),
      llm: [
        { input: 'go', output: 'A moment.', toolCalls: [{ name: 'go' }] },
        { input: 'two', output: 'zwei' },
        { input: 'done', output: 'well done' },
      ],
    });
    (await call.run('go')).expect.at(-1).isMessage({ text: 'well done' });
    expect(said).toEqual(['assistant: A moment.', 'assistant: one', 'assistant: zwei']);
    await call.close();
  });
});

describe('a task that is ended from outside', () => {
  test('by closing throws "closed" at whoever awaits it, and all agents leave, the topmost first', async () => {
    const order: string[] = [];
    const outcomes: string[] = [];
    class Leaving extends Ask {
      override onExit(): void {
        order.push(this.label);
      }
    }
    const agent = new Scripted({
      label: 'desk',
      enter: async () => void outcomes.push(await outcomeOf(new Leaving({ label: 'task' }))),
      exit: () => void order.push('desk'),
    });
    const call = await textCall({ agent });
    expect(call.session.agent?.label).toBe('task');
    await call.close();
    expect(outcomes).toEqual(['closed']);
    expect(order).toEqual(['task', 'desk']);
  });

  test('by a hand-off throws "handed-off", and the new agent has the call', async () => {
    const outcomes: string[] = [];
    const expert = new Scripted({ label: 'expert', enter: ({ session }) => void session.say('expert here') });
    const task = new Ask({ label: 'task', tools: { give: act(() => handoff({ agent: expert, result: 'given' })) } });
    await using call = await textCall({
      agent: new Scripted({ label: 'desk', tools: { ask: act(async () => outcomes.push(await outcomeOf(task))) } }),
      llm: [
        { input: 'ask', toolCalls: [{ name: 'ask' }] },
        { input: 'expert', toolCalls: [{ name: 'give' }] },
        { input: 'hello', output: 'hello from the expert' },
      ],
    });
    await call.run('ask');
    const result = await call.run('expert');
    result.expect.containsToolOutput({ name: 'give', output: 'given' });
    result.expect.containsHandoff({ from: 'task', to: 'expert' });
    result.expect.containsMessage({ text: 'expert here' });
    expect(outcomes).toEqual(['handed-off']);
    (await call.run('hello')).expect.next().isMessage({ text: 'hello from the expert' });
    await call.close();
  });

  test('by a hand-off to the very agent that awaits it gives the word back to that agent', async () => {
    const agent: Scripted = new Scripted({ label: 'desk', tools: { ask: act(async () => await outcomeOf(task)) } });
    const task = new Ask({ label: 'task', tools: { back: act(() => agent) } });
    await using call = await textCall({
      agent,
      llm: [
        { input: 'ask', toolCalls: [{ name: 'ask' }] },
        { input: 'back', toolCalls: [{ name: 'back' }] },
        { input: 'handed-off', output: 'as you like' },
      ],
    });
    await call.run('ask');
    (await call.run('back')).expect.at(-1).isMessage({ text: 'as you like' });
    expect(call.session.agent).toBe(agent);
    await call.close();
  });

  test('by an interruption of the tool that awaits it throws "interrupted", and the agent has the word again', async () => {
    const outcomes: string[] = [];
    const agent = new Scripted({
      label: 'desk',
      tools: {
        ask: act(async ({ speechHandle }) => {
          const outcome = outcomeOf(new Ask({ label: 'task' }));
          call.clock.after(5000, () => speechHandle.interrupt());
          outcomes.push(await outcome);
        }),
      },
    });
    await using call = await textCall({ agent, llm: [{ input: 'ask', toolCalls: [{ name: 'ask' }] }] });
    await call.run('ask');
    expect(call.session.agent?.label).toBe('task');
    await call.clock.advance(6000);
    expect(outcomes).toEqual(['interrupted']);
    expect(call.session.agent).toBe(agent);
    await call.close();
  });

  test('is no error of the session: drain does not wait for it', async () => {
    const errors: unknown[] = [];
    const call = await textCall({ agent: new Scripted({ label: 'desk', enter: () => new Ask({ label: 'task' }) }) });
    call.session.on('error', (event) => errors.push(event));
    await call.clock.runUntil(call.session.drain());
    expect(errors).toEqual([]);
    await call.close();
  });
});

describe('a task that can never end', () => {
  test('is refused in onExit, where nobody waits for so long', async () => {
    const outcomes: string[] = [];
    const agent = new Scripted({ label: 'desk', exit: async () => void outcomes.push(await outcomeOf(new Ask({ label: 'task' }))) });
    const call = await textCall({ agent });
    await call.close();
    expect(outcomes).toEqual(['misplaced']);
  });

  test('is refused where it would wait for itself', async () => {
    const outcomes: string[] = [];
    const task: Ask = new Ask({ label: 'task', enter: async () => void outcomes.push(await outcomeOf(task)) });
    await using call = await textCall({ agent: new Scripted({ label: 'desk', enter: () => outcomeOf(task) }) });
    expect(outcomes).toEqual(['misplaced']);
    await call.close();
  });

  test('is refused outside of hooks and tools, unless the session is named', async () => {
    await expect(outcomeOf(new Ask({ label: 'task' }))).resolves.toBe('misplaced');
    await using call = await textCall({ agent: new Scripted({ label: 'desk' }), llm: [{ input: 'x', toolCalls: setTo('y') }] });
    const outcome = new Ask({ label: 'task' }).run({ session: call.session });
    await call.clock.advance(0);
    await call.run('x');
    await expect(outcome).resolves.toBe('y');
  });

  test('is refused to code of an agent that has left', async () => {
    const outcomes: string[] = [];
    const next = new Scripted({ label: 'next' });
    const agent = new Scripted({
      label: 'desk',
      enter: async ({ session }) => {
        await session.updateAgent(next);
        outcomes.push(await outcomeOf(new Ask({ label: 'task' })));
      },
    });
    await using call = await textCall({ agent });
    expect(outcomes).toEqual(['handed-off']);
    expect(call.session.agent).toBe(next);
    await call.close();
  });

  test('is refused as the agent of a session, which would have nobody to give the word back to', async () => {
    await expect(textCall({ agent: new Ask({ label: 'task' }) })).rejects.toThrow(/"task" is a task/);
  });
});

test('what the caller answers to a task does not interrupt the tool that waits for it', async () => {
  const outcomes: string[] = [];
  const agent = new Scripted({
    label: 'desk',
    tools: {
      ask: act(async () => {
        outcomes.push(await outcomeOf(new Ask({ label: 'task', enter: (task) => void task.session.say('your name') })));
        return 'got it';
      }),
    },
  });
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 2500, text: 'a table' },
      // Into the question, as people do.
      { startMs: 4400, endMs: 5900, text: 'Alice' },
    ],
    agent,
    llm: [
      { input: 'a table', output: 'one moment', toolCalls: [{ name: 'ask' }] },
      { input: 'Alice', output: 'noted', toolCalls: setTo('Alice') },
      { input: 'got it', output: 'thanks' },
    ],
    tts: [
      { text: 'one moment', audioMs: 500 },
      { text: 'your name', audioMs: 1000 },
      { text: 'noted', audioMs: 2000 },
      { text: 'thanks', audioMs: 500 },
    ],
    durationMs: 12_000,
  });
  expect(outcomes).toEqual(['Alice']);
  expect(result.history).toEqual([
    'user: a table',
    'assistant: one moment',
    'assistant!: your',
    'user: Alice',
    'assistant: noted',
    'call: set {"value":"Alice"}',
    'output: ',
    'call: ask {}',
    'output: got it',
    'assistant: thanks',
  ]);
  // The last words of the task are known too: the word is given back after them.
  expect(agent.chatContext.items.map(inShort)).toEqual([
    'user: a table',
    'assistant: one moment',
    'assistant!: your',
    'user: Alice',
    'assistant: noted',
    'call: ask {}',
    'output: got it',
    'assistant: thanks',
  ]);
  // Not "thinking" while the task waits for the caller.
  expect(result.agentStates.slice(3, 7)).toEqual(['4000 thinking', '4000 listening', '4200 speaking', '4900 listening']);
});
