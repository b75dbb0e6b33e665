import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { tool } from '../agent/tool.js';
import type { CallIO } from '../provider/call-io.js';
import type { TranscriptOutput } from '../provider/transcript-output.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import type { AgentSession } from './agent-session.js';

const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const reply = { llm: [{ input: 'hello', output: 'hi there friend' }], tts: [{ text: 'hi there friend', audioMs: 2000 }] };
const closable = (onClose: () => void): CallIO & AsyncDisposable => ({ [Symbol.asyncDispose]: async () => onClose() });
const never = (): Promise<never> => new Promise(() => {});
const errors = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));
const lastState = (result: ScenarioResult): string => result.agentStates.at(-1)?.replace(/^\d+ /, '') ?? '';

describe('another agent takes over', () => {
  test('in the midst of the user’s turn, and the turn is not lost', async () => {
    const next = new Agent({ instructions: '' });
    const result = await scenario({ user, ...reply, at: { 2600: (session) => session.updateAgent(next) }, durationMs: 12_000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
    expect(result.userStates.at(-1)).toBe('3000 listening');
  });

  test('while a protected speech plays, over which nobody is heard', async () => {
    const next = new Agent({ instructions: '' });
    const result = await scenario({
      user: [{ startMs: 2000, endMs: 3000, text: 'hello' }],
      tts: [{ text: 'legal', audioMs: 5000 }],
      at: { 500: (session) => void session.say('legal', { allowInterruptions: false }), 1000: (session) => session.updateAgent(next) },
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['assistant: legal']);
  });

  test('and then another: each that enters also leaves', async () => {
    const log: string[] = [];
    class Logged extends Agent {
      override onEnter(): void {
        log.push(`enter ${this.label}`);
      }

      override onExit(): void {
        log.push(`exit ${this.label}`);
      }
    }
    const [a, b, c] = ['a', 'b', 'c'].map((label) => new Logged({ instructions: '', label }));
    if (a === undefined || b === undefined || c === undefined) throw new Error('three agents');
    await scenario({
      agent: a,
      at: { 100: async (session) => void (await Promise.all([session.updateAgent(b), session.updateAgent(c)])) },
      durationMs: 1000,
    });
    expect(log).toEqual(['enter a', 'exit a', 'enter b', 'exit b', 'enter c', 'exit c']);
  });
});

describe('code of the application that fails', () => {
  test('a text transform: the sentence is spoken as it is', async () => {
    const broken = () => {
      throw new Error('no filter');
    };
    const result = await scenario({ user, ...reply, options: { ttsTextTransforms: [broken] }, durationMs: 9000 });
    expect(result.history.at(-1)).toBe('assistant: hi there friend');
    expect(errors(result)).toEqual(['no filter']);
  });

  test('an interruption policy: nothing is interrupted, and the turn goes on', async () => {
    const interruptionPolicy = () => {
      throw new Error('no policy');
    };
    const result = await scenario({
      user: [...user, { startMs: 4000, endMs: 4500, text: 'wait' }],
      ...reply,
      options: { interruptionPolicy },
      durationMs: 12_000,
    });
    expect(result.played).toMatchObject([{ complete: true }]);
    expect(errors(result)).toContain('no policy');
  });

  test('a transcript output: the call goes on', async () => {
    const transcriptOutput: TranscriptOutput = {
      write() {
        throw new Error('no screen');
      },
      [Symbol.asyncDispose]: () => Promise.resolve(),
    };
    const result = await scenario({ user, ...reply, io: { transcriptOutput }, durationMs: 9000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
  });

  test('a transcriptionNode that fails, or never ends: the text stands as it was written', async () => {
    class Failing extends Agent {
      override async *transcriptionNode(text: AsyncIterable<string>) {
        for await (const piece of text) {
          yield piece;
          throw new Error('no display');
        }
      }
    }
    class Endless extends Agent {
      override async *transcriptionNode(text: AsyncIterable<string>) {
        yield* text;
        await never();
      }
    }
    for (const agent of [new Failing({ instructions: '' }), new Endless({ instructions: '' })]) {
      const result = await scenario({ user, ...reply, agent, durationMs: 12_000 });
      expect(result.history).toEqual(['user: hello', 'assistant: hi there friend']);
      expect(lastState(result)).toBe('listening');
    }
  });

  test('updateTools with a name that the session has already: refused, and nothing is changed', async () => {
    const one = tool({ description: 'One.', execute: () => 1 });
    const agent = new Agent({ instructions: '' });
    const result = await scenario({
      user,
      ...reply,
      agent,
      options: { tools: { one } },
      at: { 400: () => expect(() => agent.updateTools({ one })).toThrow(/two tools have the name "one"/) },
      durationMs: 9000,
    });
    expect(result.history.at(-1)).toBe('assistant: hi there friend');
  });

  test('a tool’s own message is not passed on by events', async () => {
    const leaky = tool({
      description: 'Leaks.',
      execute() {
        throw new Error('401 for key sk-live-123');
      },
    });
    const result = await scenario({
      user,
      tools: { leaky },
      llm: [
        { input: 'hello', toolCalls: [{ name: 'leaky' }] },
        { input: 'An internal error occurred.', output: 'sorry' },
      ],
      tts: [{ text: 'sorry', audioMs: 500 }],
      durationMs: 9000,
    });
    expect(JSON.stringify(result.events)).not.toContain('sk-live');
  });
});

describe('nothing waits for ever', () => {
  test('a stream of text that stalls can be interrupted, and what was heard is remembered', async () => {
    const stalling = (async function* () {
      yield 'One sentence is here now. And ';
      await never();
    })();
    const result = await scenario({
      tts: [
        { text: 'One sentence is here now.', audioMs: 1000 },
        { text: 'again', audioMs: 500 },
      ],
      at: {
        1000: (session) => void session.say(stalling),
        4000: (session) => session.interrupt(),
        5000: (session) => void session.say('again'),
      },
      durationMs: 9000,
    });
    expect(result.history).toEqual(['assistant!: One sentence is here now.', 'assistant: again']);
  });

  test('a speech that is held and then protected goes on', async () => {
    const protectIt = (session: AgentSession) => {
      const { currentSpeech } = session;
      if (currentSpeech !== undefined) currentSpeech.allowInterruptions = false;
    };
    const result = await scenario({
      user: [{ startMs: 1000, endMs: 1900, text: 'wait', transcriptDelayMs: 100 }],
      tts: [{ text: 'a long text', audioMs: 8000 }],
      options: { minEndpointingDelayMs: 4000 },
      at: { 200: (session) => void session.say('a long text'), 1700: protectIt },
      durationMs: 20_000,
    });
    expect(result.history).toContain('assistant: a long text');
    expect(lastState(result)).toBe('listening');
  });

  test('without a timeout for false interruptions, speech long enough stops the reply', async () => {
    const result = await scenario({
      user: [{ startMs: 1000, endMs: 1800, text: '' }],
      tts: [{ text: 'a long text', audioMs: 8000 }],
      options: { falseInterruptionTimeoutMs: null },
      at: { 200: (session) => void session.say('a long text') },
      durationMs: 9000,
    });
    expect(result.played).toMatchObject([{ endedMs: 1500, complete: false }]);
    expect(lastState(result)).toBe('listening');
  });

  test('a hook may close the session that it runs in', async () => {
    class Closing extends Agent {
      override async onEnter(): Promise<void> {
        await this.session.close();
      }
    }
    const result = await scenario({ agent: new Closing({ instructions: '' }), durationMs: 1000 });
    expect(result.events.at(-1)).toMatchObject({ atMs: 0, event: { type: 'close' } });
    expect(errors(result)).toEqual([]);
  });

  test('a listener may close the session that is closing', async () => {
    const result = await scenario({
      user,
      options: { minEndpointingDelayMs: 5000 },
      at: {
        3400: (session) => session.on('conversation-item-added', () => void session.close()),
        3500: (session) => session.close(),
      },
      durationMs: 9000,
    });
    expect(result.history).toEqual(['user: hello']);
  });

  test('a node that never ends does not keep the ends of the call open', async () => {
    class Stuck extends Agent {
      override sttNode(): AsyncIterable<never> {
        return { [Symbol.asyncIterator]: () => ({ next: never }) };
      }
    }
    const closed: string[] = [];
    await scenario({ agent: new Stuck({ instructions: '' }), io: closable(() => void closed.push('io')), durationMs: 1000 });
    expect(closed).toEqual(['io']);
  });
});

describe('a turn', () => {
  test('whose interim was taken is not repeated by a late final; what is new in it is another', async () => {
    const result = await scenario({
      user: [{ startMs: 500, endMs: 1500, text: 'tell me more', transcriptDelayMs: 3000 }],
      llm: [
        { input: 'tell me', output: 'first' },
        { input: 'more', output: 'second' },
      ],
      tts: [
        { text: 'first', audioMs: 500 },
        { text: 'second', audioMs: 500 },
      ],
      durationMs: 12_000,
    });
    expect(result.history.filter((line) => line.startsWith('user'))).toEqual(['user: tell me', 'user: more']);
  });

  test('stands in the history before what its hook has had said', async () => {
    class Polite extends Agent {
      override async onUserTurnCompleted(): Promise<void> {
        await this.session.say('one moment');
      }
    }
    const result = await scenario({
      user,
      agent: new Polite({ instructions: '' }),
      llm: reply.llm,
      tts: [...reply.tts, { text: 'one moment', audioMs: 500 }],
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant: one moment', 'assistant: hi there friend']);
  });

  test('that is overtaken by the next while its hook runs is remembered, and answered with it', async () => {
    let first = true;
    class Slow extends Agent {
      override async onUserTurnCompleted(): Promise<void> {
        if (!first) return;
        first = false;
        await new Promise<void>((resolve) => {
          this.session.once('user-state-changed', () => this.session.once('user-state-changed', () => resolve()));
        });
      }
    }
    const result = await scenario({
      user: [...user, { startMs: 4000, endMs: 5000, text: 'two' }],
      agent: new Slow({ instructions: '' }),
      llm: [{ input: 'two', output: 'both' }],
      tts: [{ text: 'both', audioMs: 500 }],
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['user: hello', 'user: two', 'assistant: both']);
  });
});

test('instructions and tools asked for one reply hold for the replies after its tools', async () => {
  const offered: string[][] = [];
  class Watched extends Agent {
    override llmNode(request: Parameters<Agent['llmNode']>[0]) {
      offered.push(request.tools.map(({ name }) => name));
      return super.llmNode(request);
    }
  }
  const special = tool({ description: 'Special.', execute: () => 'done' });
  await scenario({
    agent: new Watched({ instructions: '', tools: { own: tool({ description: 'Own.', execute: () => '' }) } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'special' }] },
      { input: 'done', output: 'well' },
    ],
    tts: [{ text: 'well', audioMs: 500 }],
    at: { 100: (session) => void session.generateReply({ userInput: 'go', tools: { special } }) },
    durationMs: 6000,
  });
  expect(offered).toEqual([['special'], ['special']]);
});
