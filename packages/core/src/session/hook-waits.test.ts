import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { scenario, type Scenario } from '../testing/scenario.js';
import type { Tool } from '../tools/tool.js';
import { StopResponse } from '../tools/tool-errors.js';

type Hook = (agent: Agent) => unknown;

class Hooked extends Agent {
  readonly #hooks: { readonly enter?: Hook; readonly exit?: Hook; readonly completed?: Hook; readonly failed?: Hook };

  constructor(
    label: string,
    hooks: { readonly enter?: Hook; readonly exit?: Hook; readonly completed?: Hook; readonly failed?: Hook },
    tools: Readonly<Record<string, Tool<RunContext>>> = {},
  ) {
    super({ instructions: '', label, tools });
    this.#hooks = hooks;
  }
  override async onEnter(): Promise<void> {
    await this.#hooks.enter?.(this);
  }
  override async onExit(): Promise<void> {
    await this.#hooks.exit?.(this);
  }
  override async onUserTurnCompleted(): Promise<void> {
    await this.#hooks.completed?.(this);
  }
  override async onReplyFailed(): Promise<string | undefined> {
    await this.#hooks.failed?.(this);
    return 'sorry';
  }
}

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const sayAndWait =
  (text: string): Hook =>
  async ({ session }) => {
    session.say(text);
    await session.waitForIdle();
  };
const sayAndDrain =
  (text: string): Hook =>
  async ({ session }) => {
    session.say(text);
    await session.drain();
  };
const speech = (text: string, audioMs = 1000) => ({ text, audioMs });
/** A call in which nothing may be reported: no hook was given up, and nothing was cut. */
const play = async (script: Omit<Scenario, 'durationMs'>) => {
  const result = await scenario({ durationMs: 30_000, ...script });
  expect(result.events.filter(({ event }) => event.type === 'error' && event.source !== 'llm')).toEqual([]);
  return result;
};

describe('a hook that waits for the session to be idle goes on once nobody speaks', () => {
  test.each([false, true])(
    'in onUserTurnCompleted, whose turn waits for it; with a reply begun early: %s',
    async (preemptiveGeneration) => {
      const { history, played } = await play({
        user: hello,
        agent: new Hooked('A', { completed: sayAndWait('one moment') }),
        options: { preemptiveGeneration },
        llm: [{ input: 'hello', output: 'hi there' }],
        tts: [speech('one moment'), speech('hi there')],
      });
      expect(history).toEqual(['user: hello', 'assistant: one moment', 'assistant: hi there']);
      expect(played.map(({ startedMs }) => startedMs)).toEqual([3200, 4700]);
    },
  );

  test('in onReplyFailed', async () => {
    const { played } = await play({
      user: hello,
      agent: new Hooked('A', { failed: sayAndWait('one moment') }),
      llm: [{ input: 'hello', error: new Error('down') }],
      tts: [speech('one moment'), speech('sorry')],
    });
    expect(played.map(({ startedMs }) => startedMs)).toEqual([3500, 4700]);
  });

  test.each([
    ['a tool that returned an agent', (context: RunContext, next: Agent) => (context.signal.aborted ? undefined : next)],
    ['a tool that awaits updateAgent', ({ session }: RunContext, next: Agent) => session.updateAgent(next)],
  ])('in onExit, which a hand-off waits for: by %s', async (_by, move) => {
    const next = new Hooked('B', { enter: ({ session }) => void session.say('welcome') });
    const act = tool({ description: '', execute: (_args, context) => move(context, next) });
    const { history, session } = await play({
      user: hello,
      agent: new Hooked('A', { exit: sayAndWait('goodbye') }, { act }),
      llm: [{ input: 'hello', output: 'well', toolCalls: [{ name: 'act' }] }],
      tts: [speech('well'), speech('goodbye'), speech('welcome')],
    });
    expect(history.filter((line) => line.startsWith('assistant'))).toEqual(['assistant: well', 'assistant: goodbye', 'assistant: welcome']);
    expect(session.agent?.label).toBe('B');
  });
});

describe('a hook that ends the call', () => {
  test('by drain in onUserTurnCompleted: after what was said, and the turn is remembered', async () => {
    const { history, events } = await play({
      user: hello,
      agent: new Hooked('A', {
        completed: async (agent) => {
          await sayAndDrain('goodbye')(agent);
          throw new StopResponse();
        },
      }),
      tts: [speech('goodbye')],
    });
    expect(history).toEqual(['user: hello', 'assistant: goodbye']);
    expect(events.at(-1)).toMatchObject({ atMs: 4200, event: { type: 'close', reason: 'drained' } });
  });

  test('by drain in onExit, while another agent waits to take over: after what was said', async () => {
    const { events } = await play({
      agent: new Hooked('A', { exit: sayAndDrain('goodbye') }),
      at: { 1000: (session) => session.updateAgent(new Agent({ instructions: '' })) },
      tts: [speech('goodbye')],
    });
    expect(events.at(-1)).toMatchObject({ atMs: 2200, event: { type: 'close', reason: 'drained' } });
  });

  test.each([
    ['a hand-off', (running: Agent['session']) => running.updateAgent(new Agent({ instructions: '' }))],
    ['a close', (running: Agent['session']) => running.close()],
  ])('by close in onExit, which is called once and does not wait for itself: at %s', async (_at, leave) => {
    const exits: string[] = [];
    const { events } = await play({
      agent: new Hooked('A', {
        exit: async ({ session, label }) => {
          exits.push(label);
          await session.close();
          exits.push(session.id);
        },
      }),
      at: { 1000: leave },
    });
    expect(events.at(-1)).toMatchObject({ atMs: 1000, event: { type: 'close' } });
    expect(exits).toEqual(['A', expect.stringMatching(/^session/)]);
  });
});

test('an onEnter that never settles is told of after a minute, once', async () => {
  const told = async (enter: Hook, durationMs: number) => {
    const { events } = await scenario({ agent: new Hooked('slow', { enter }), durationMs });
    return events.flatMap(({ atMs, event }) => (event.type === 'error' ? [`${atMs} ${event.error.message}`] : []));
  };
  const never = () => new Promise(() => {});
  expect(await told(never, 59_000)).toEqual([]);
  expect(await told(never, 200_000)).toEqual([
    expect.stringMatching(/^60000 hook onEnter of agent "slow": has not settled for 60000 ms: session.run\(\) waits for it/),
  ]);
});
