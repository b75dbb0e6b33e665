import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { Agent, type UserTurnCompleted } from '../agent/agent.js';
import { functionTool } from '../agent/function-tool.js';
import { tool } from '../agent/tool.js';
import { StopResponse } from '../tools/tool-errors.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { scenario } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AgentSession } from './agent-session.js';

const hello = [{ startMs: 500, endMs: 2500, text: 'hello' }];

describe('a hook', () => {
  test('onEnter greets, before the caller has said anything', async () => {
    class Greeter extends Agent {
      override onEnter(): void {
        this.session.say('welcome');
      }
    }
    const result = await scenario({
      agent: new Greeter({ instructions: '' }),
      tts: [{ text: 'welcome', audioMs: 1000 }],
      durationMs: 3000,
    });
    expect(result.played).toMatchObject([{ startedMs: 200, endedMs: 1200 }]);
    expect(result.history).toEqual(['assistant: welcome']);
    expect(result.agentStates).toEqual(['0 listening', '200 speaking', '1200 listening']);
  });

  test('onUserTurnCompleted may change what the reply is made on', async () => {
    class Editor extends Agent {
      override onUserTurnCompleted(turn: UserTurnCompleted): void {
        turn.text = 'hello, louder';
      }
    }
    const result = await scenario({
      user: hello,
      agent: new Editor({ instructions: '' }),
      llm: [{ input: 'hello, louder', output: 'hi' }],
      tts: [{ text: 'hi', audioMs: 500 }],
      durationMs: 6000,
    });
    expect(result.history).toEqual(['user: hello, louder', 'assistant: hi']);
  });

  test('onUserTurnCompleted that throws StopResponse wants no reply; what was said is remembered', async () => {
    class Silent extends Agent {
      override onUserTurnCompleted(): void {
        throw new StopResponse();
      }
    }
    const result = await scenario({ user: hello, agent: new Silent({ instructions: '' }), durationMs: 6000 });
    expect(result.history).toEqual(['user: hello']);
    expect(result.agentStates).toEqual(['0 listening']);
  });
});

describe('a tool', () => {
  class Counter extends Agent {
    #count = 1;

    @functionTool({ description: 'Adds.', parameters: z.object({ by: z.number() }) })
    add({ by }: { readonly by: number }): string {
      this.#count += by;
      return `now ${this.#count}`;
    }

    @functionTool
    howMany(): string {
      return `still ${this.#count}`;
    }
  }

  test('marked on a method is found by the agent, and keeps to its instance', async () => {
    const agent = new Counter({ instructions: '' });
    expect(agent.tools.map(({ name, description }) => [name, description])).toEqual([
      ['add', 'Adds.'],
      ['howMany', 'how many'],
    ]);
    const result = await scenario({
      user: hello,
      agent,
      llm: [
        { input: 'hello', toolCalls: [{ name: 'add', argumentsJson: '{"by":2}' }, { name: 'howMany' }] },
        { input: 'still 3', output: 'done' },
      ],
      tts: [{ text: 'done', audioMs: 500 }],
      durationMs: 9000,
    });
    expect(result.history).toEqual([
      'user: hello',
      'call: add {"by":2}',
      'call: howMany {}',
      'output: now 3',
      'output: still 3',
      'assistant: done',
    ]);
  });

  test('marked on a method does what a subclass makes of the method; marked again, it is the tool of the subclass', async () => {
    class Double extends Counter {
      override add({ by }: { readonly by: number }): string {
        return super.add({ by: by * 2 });
      }
      @functionTool({ name: 'count', description: 'Counts.' })
      override howMany(): string {
        return 'many';
      }
    }
    const agent = new Double({ instructions: '' });
    expect(agent.tools.map(({ name, description }) => [name, description])).toEqual([
      ['add', 'Adds.'],
      ['count', 'Counts.'],
    ]);
    const result = await scenario({
      agent,
      llm: [
        { input: 'go', toolCalls: [{ name: 'add', argumentsJson: '{"by":2}' }, { name: 'count' }] },
        { input: 'many', output: '' },
      ],
      at: { 0: (session) => void session.generateReply({ userInput: 'go' }) },
      durationMs: 3000,
    });
    expect(result.history.slice(3)).toEqual(['output: now 5', 'output: many']);
  });

  test('given while the session runs is offered from the next reply on', async () => {
    const agent = new Agent({ instructions: '' });
    const result = await scenario({
      user: hello,
      agent,
      llm: [
        { input: 'hello', toolCalls: [{ name: 'late' }] },
        { input: 'in time', output: 'good' },
      ],
      tts: [{ text: 'good', audioMs: 500 }],
      at: { 1000: () => agent.updateTools({ late: tool({ description: 'Comes late.', execute: () => 'in time' }) }) },
      durationMs: 9000,
    });
    expect(result.history).toContain('output: in time');
    expect(agent.chatContext.tools).toHaveLength(1);
  });

  test('that is called again and again comes to its end: after maxToolSteps the model is to answer without tools', async () => {
    const result = await scenario({
      user: hello,
      tools: { more: tool({ description: 'Wants more.', execute: () => 'more' }) },
      llm: [
        { input: 'hello', toolCalls: [{ name: 'more' }] },
        { input: 'more', toolCalls: [{ name: 'more' }] },
      ],
      tts: ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 500 })),
      options: { maxToolSteps: 2 },
      durationMs: 9000,
    });
    // The scripted model calls on, even without tools: the third call is not run, and the caller is not left in silence.
    expect(result.history).toEqual(['user: hello', 'call: more {}', 'output: more', 'call: more {}', 'output: more']);
    expect(result.events.filter(({ event }) => event.type === 'error')).toMatchObject([
      { event: { source: 'llm', error: { kind: 'protocol' } } },
    ]);
  });

  test('that returns an agent hands over: the old one leaves, the new one enters and answers from then on', async () => {
    const order: string[] = [];
    class Expert extends Agent {
      override onEnter(): void {
        order.push('enter');
        this.session.say('I am the expert');
      }
    }
    class Clerk extends Agent {
      override onExit(): void {
        order.push('exit');
      }
    }
    const expert = new Expert({ instructions: '', label: 'expert' });
    const result = await scenario({
      user: [...hello, { startMs: 7000, endMs: 8000, text: 'who?' }],
      agent: new Clerk({
        instructions: '',
        label: 'clerk',
        tools: { ask: tool({ description: 'Asks the expert.', execute: () => expert }) },
      }),
      llm: [
        { input: 'hello', toolCalls: [{ name: 'ask' }] },
        { input: 'who?', output: 'still me' },
      ],
      tts: [
        { text: 'I am the expert', audioMs: 1000 },
        { text: 'still me', audioMs: 500 },
      ],
      durationMs: 12_000,
    });
    expect(order).toEqual(['exit', 'enter']);
    expect(result.history).toEqual([
      'user: hello',
      'call: ask {}',
      'output: ',
      'assistant: I am the expert',
      'user: who?',
      'assistant: still me',
    ]);
    expect(result.session.history.ofType('agent-handoff').map(({ fromAgent, toAgent }) => [fromAgent, toAgent])).toEqual([
      [undefined, 'clerk'],
      ['clerk', 'expert'],
    ]);
  });
});

/** As somebody without types would call it. */
const makeAgent = (options: object): unknown => Reflect.construct(Agent, [options]);

describe('wrong options are refused at construction, by name', () => {
  test.each([
    ['an unknown one', () => makeAgent({ instructions: '', colour: 'red' }), /no option "colour"/],
    ['a missing one', () => makeAgent({}), /"instructions" is missing/],
    [
      'a time in seconds with a sign',
      () => new Agent({ instructions: '', minEndpointingDelayMs: -0.5 }),
      /"minEndpointingDelayMs" is -0.5/,
    ],
    ['a provider of another kind', () => makeAgent({ instructions: '', llm: { kind: 'stt' } }), /"llm".*not "stt"/],
    [
      'a schema of no object',
      () => tool({ name: 'book', description: '', parameters: z.string(), execute: () => '' }),
      /tool "book".*object/,
    ],
    ['a name that vendors refuse', () => tool({ name: 'book a table', description: '', execute: () => '' }), /"book a table"/],
  ])('%s', (_name, make, message) => {
    expect(make).toThrow(message);
  });

  test('an STT of one utterance per call without a VAD to cut, at the start', async () => {
    const streaming = createScriptedSTT([]);
    const stt = { ...streaming, capabilities: { ...streaming.capabilities, streaming: false } };
    const session = new AgentSession({ clock: new VirtualClock(), stt });
    await expect(session.start({ agent: new Agent({ instructions: '' }) })).rejects.toThrow(
      /scripted\/scripted-stt takes one utterance per call.*"vad"/,
    );
    await session.close();
  });

  test('an agent that runs in another session', async () => {
    const agent = new Agent({ instructions: '', label: 'twin' });
    const [one, other] = [new AgentSession({ clock: new VirtualClock() }), new AgentSession({ clock: new VirtualClock() })];
    await one.start({ agent });
    await expect(other.start({ agent })).rejects.toThrow(/agent "twin" already runs in session/);
    await Promise.all([one.close(), other.close()]);
  });

  test('two tools of one name', () => {
    const one = tool({ name: 'book', description: '', execute: () => '' });
    expect(() => new Agent({ instructions: '', tools: [one, one] })).toThrow(/two tools have the name "book"/);
  });
});
