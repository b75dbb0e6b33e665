import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import type { RunContext } from '../agent/session.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import { tool } from '../agent/tool.js';
import { createDeferred } from '../stream/deferred.js';
import { scenario, type Scenario } from '../testing/scenario.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];

/** A call in which the model says something (3.5 to 5.5 s) and calls the tool (3.3 s), and then answers what the tool returned. */
const withTool = (execute: (context: RunContext) => unknown, more: Partial<Scenario> = {}) =>
  scenario({
    user: hello,
    durationMs: 12_000,
    ...more,
    llm: [{ input: 'hello', output: 'one moment', toolCalls: [{ name: 'act' }] }, ...(more.llm ?? [])],
    tts: [{ text: 'one moment', audioMs: 2000 }, ...(more.tts ?? [])],
    tools: { act: tool({ description: '', execute: (_args, context) => execute(context) }), ...more.tools },
  });

describe('a tool that waits for', () => {
  test('playout goes on once what was said before its call was heard', async () => {
    const result = await withTool(
      async ({ waitForPlayout, speechHandle }) => {
        await waitForPlayout();
        await speechHandle.waitForPlayout();
        return 'heard';
      },
      { llm: [{ input: 'heard' }] },
    );
    expect(result.events.find(({ event }) => event.type === 'tools-executed')?.atMs).toBe(5500);
  });

  test.each([
    ['as its context has it', ({ speechHandle }: RunContext) => speechHandle],
    ['as the session has it', ({ session }: RunContext) => session.currentSpeech],
  ])('its own speech, %s, is told that neither would end', async (_what, handleOf) => {
    const result = await withTool(
      async (context) => {
        await Promise.resolve();
        const handle = handleOf(context);
        try {
          await handle;
          return 'never';
        } catch (error) {
          return error instanceof Error ? error.message.replace(/:.*/, '') : 'no error';
        }
      },
      { llm: [{ input: 'speech speech-1 waits for the tool that awaits it, and neither would end' }] },
    );
    expect(result.history).toContain('output: speech speech-1 waits for the tool that awaits it, and neither would end');
  });

  test('a speech that waits for its own is told so too', async () => {
    const handles: SpeechHandle[] = [];
    const messages: string[] = [];
    const inner = tool({
      description: '',
      execute: async () => {
        try {
          await handles[0];
        } catch (error) {
          messages.push(error instanceof Error ? error.message : '');
        }
        return 'inner done';
      },
    });
    await withTool(
      async ({ session, speechHandle }) => {
        handles.push(speechHandle);
        await session.generateReply({ userInput: 'inner', tools: { inner } });
        return 'outer done';
      },
      {
        llm: [{ input: 'inner', toolCalls: [{ name: 'inner' }] }, { input: 'inner done' }, { input: 'outer done' }],
      },
    );
    expect(messages).toEqual([expect.stringMatching(/^speech speech-1 waits for the tool that awaits it/)]);
  });

  test('the end of its own speech without awaiting it is told of it', async () => {
    const order: string[] = [];
    await withTool(
      ({ speechHandle }) => {
        void speechHandle.then(() => order.push('speech'));
        order.push('tool');
        return 'done';
      },
      { llm: [{ input: 'done' }] },
    );
    expect(order).toEqual(['tool', 'speech']);
  });

  test('the session to be idle goes on once nobody speaks and nothing else is under way', async () => {
    const result = await withTool(
      async ({ session }) => {
        session.say('and more');
        await Promise.resolve();
        await session.waitForIdle();
        return 'idle';
      },
      { llm: [{ input: 'idle' }], tts: [{ text: 'and more', audioMs: 1000 }] },
    );
    expect(result.events.find(({ event }) => event.type === 'tools-executed')?.atMs).toBe(6500);
  });

  test('the session to be idle does not wait for a tool that waits for the same, nor for one that waits for it', async () => {
    const waiting = tool({
      description: '',
      execute: async (_args, { session }) => {
        await session.waitForIdle();
        return 'inner idle';
      },
    });
    const result = await withTool(
      async ({ session }) => {
        await session.generateReply({ userInput: 'inner', tools: { waiting } });
        await session.waitForIdle();
        return 'outer idle';
      },
      {
        llm: [{ input: 'inner', toolCalls: [{ name: 'waiting' }] }, { input: 'inner idle' }, { input: 'outer idle' }],
      },
    );
    expect(result.history.filter((line) => line.startsWith('output'))).toEqual(['output: inner idle', 'output: outer idle']);
  });

  test('the session to drain ends the call after what was said', async () => {
    const result = await withTool(
      async ({ session }) => {
        session.say('goodbye');
        await session.drain();
      },
      { tts: [{ text: 'goodbye', audioMs: 1000 }] },
    );
    expect(result.events.at(-1)).toMatchObject({ atMs: 6500, event: { type: 'close', reason: 'drained' } });
    expect(result.session.history.ofType('tool-output')).toHaveLength(1);
    expect(result.played).toMatchObject([{ complete: true }, { complete: true }]);
  });

  test('the session is one thing, whoever waits outside waits for the tool', async () => {
    const gate = createDeferred<string>();
    const order: string[] = [];
    await withTool(() => gate.promise, {
      llm: [{ input: 'done' }],
      at: {
        4000: async (session) => {
          await session.waitForIdle();
          order.push('idle');
        },
        9000: () => {
          order.push('done');
          gate.resolve('done');
        },
      },
    });
    expect(order).toEqual(['done', 'idle']);
  });
});

describe('S107: the foreground', () => {
  const released = (work: (context: RunContext) => unknown, more: Partial<Scenario>) =>
    withTool(
      async (context) => {
        context.update('begun');
        return await work(context);
      },
      {
        ...more,
        llm: [{ input: 'begun\n(Still running. The result will follow; do not guess it.)', output: 'I do it' }, ...(more.llm ?? [])],
        tts: [{ text: 'I do it', audioMs: 1000 }, ...(more.tts ?? [])],
      },
    );

  test('S107: is had once nobody speaks; the session is busy meanwhile', async () => {
    const order: string[] = [];
    const gate = createDeferred<void>();
    const result = await released(
      ({ foreground, session }) =>
        foreground(async () => {
          order.push(`begun ${session.agentState}`);
          await session.say('which one?');
          await session.waitForIdle();
          await gate.promise;
          order.push('ended');
        }),
      {
        tts: [{ text: 'which one?', audioMs: 1000 }],
        at: {
          7000: async (session) => {
            await session.waitForIdle();
            order.push('idle');
          },
          10_000: () => gate.resolve(),
        },
      },
    );
    expect(order).toEqual(['begun listening', 'ended', 'idle']);
    expect(result.played.map(({ startedMs }) => startedMs)).toEqual([3500, 6000, 7200]);
  });

  test('S107: an update and a hand-over inside come as call, output, hand-over, message', async () => {
    class Expert extends Agent {
      override onEnter(): void {
        this.session.say('I am the expert');
      }
    }
    const result = await withTool(
      (context) =>
        context.foreground(() => {
          context.update('begun');
          return new Expert({ instructions: '', label: 'expert' });
        }),
      {
        llm: [{ input: 'begun\n(Still running. The result will follow; do not guess it.)' }],
        tts: [{ text: 'I am the expert', audioMs: 1000 }],
      },
    );
    expect(result.session.history.items.slice(-4).map(({ type }) => type)).toEqual([
      'tool-call',
      'tool-output',
      'agent-handoff',
      'message',
    ]);
  });

  test('S107: waits for a task in it without a deadlock, and a later run is not held by it', async () => {
    const ask = new (class extends AgentTask<string> {
      override onEnter(): void {
        this.session.say('which one?');
      }
    })({ instructions: '', label: 'ask' });
    const order: string[] = [];
    const result = await released(({ foreground }) => foreground(async () => `the ${await ask}`), {
      llm: [{ input: 'the red one', output: 'red it is' }],
      tts: ['which one?', 'red it is'].map((text) => ({ text, audioMs: 1000 })),
      at: {
        9000: async (session) => {
          await session.waitForIdle();
          order.push('idle');
        },
        10_000: () => {
          order.push('answered');
          ask.complete('red one');
        },
      },
      durationMs: 14_000,
    });
    expect(result.history.slice(-3)).toEqual(['call: act {}', 'output: the red one', 'assistant: red it is']);
    expect(order).toEqual(['answered', 'idle']);
  });

  test('is given up by a tool that is cancelled', async () => {
    const errors: unknown[] = [];
    await released(({ foreground }) => foreground(() => new Promise(() => {})).catch((error: unknown) => errors.push(error)), {
      at: {
        8000: (session) => session.cancelToolCall('call-1'),
        9000: (session) => session.waitForIdle(),
      },
    });
    expect(errors).toEqual([]);
  });
});
