import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { PreemptiveOptions } from '../agent/agent-options.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import { scenario, type Scenario, type ScenarioResult } from '../testing/scenario.js';
import type { Tool } from '../tools/tool.js';
import type { AgentSessionOptions } from './session-options.js';

type Setting = boolean | PreemptiveOptions;

const script = {
  user: [{ startMs: 500, endMs: 2000, text: 'hello there', transcriptDelayMs: 100 }],
  llm: [{ input: 'hello there', output: 'hi' }],
  tts: [{ text: 'hi', audioMs: 3000, ttfbMs: 300 }],
  durationMs: 8000,
} satisfies Scenario;

const createdMs = ({ events }: ScenarioResult): number[] =>
  events.flatMap(({ atMs, event }) => (event.type === 'speech-created' ? [atMs] : []));
const callsMs = ({ llmCalls, ttsCalls }: ScenarioResult) => ({
  llm: llmCalls.map(({ atMs }) => atMs),
  tts: ttsCalls.map(({ atMs }) => atMs),
});
const metricsOf = ({ events }: ScenarioResult) => events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));

describe('S008 what a reply begun before the turn is over gains', () => {
  const play = (preemptiveGeneration: Setting) => scenario({ ...script, options: { preemptiveGeneration } });

  test.each<[string, Setting, { readonly created: number; readonly speaking: number; readonly llm: number; readonly tts: number }]>([
    ['with TTS', { tts: true }, { created: 2100, speaking: 2700, llm: 2100, tts: 2400 }],
    ['LLM only', true, { created: 2100, speaking: 2800, llm: 2100, tts: 2500 }],
    ['as an object without TTS', {}, { created: 2100, speaking: 2800, llm: 2100, tts: 2500 }],
    ['none', false, { created: 2500, speaking: 3100, llm: 2500, tts: 2800 }],
  ])('%s', async (_name, setting, { created, speaking, llm, tts }) => {
    const result = await play(setting);
    expect(result.agentStates).toEqual(['0 listening', '2500 thinking', `${speaking} speaking`, `${speaking + 3000} listening`]);
    expect(createdMs(result)).toEqual([created]);
    // Nothing is asked for twice.
    expect(callsMs(result)).toEqual({ llm: [llm], tts: [tts] });
    expect(metricsOf(result)).toHaveLength(1);
    expect(metricsOf(result)[0]).toMatchObject({ responseDelayMs: speaking - 2000, llmFirstTokenMs: 100, ttsFirstAudioMs: 300 });
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
  });
});

test.each<[string, { readonly session: Setting; readonly own: Setting; readonly speakingMs: number }]>([
  ['turns it off', { session: { tts: true }, own: false, speakingMs: 3100 }],
  ['turns it on, with TTS', { session: false, own: { tts: true }, speakingMs: 2700 }],
])('S009 an agent %s, whatever the session has', async (_name, { session, own, speakingMs }) => {
  const agent = new Agent({ instructions: 'Be scripted.', preemptiveGeneration: own });
  const { agentStates } = await scenario({ ...script, agent, options: { preemptiveGeneration: session } });
  expect(agentStates).toContain(`${speakingMs} speaking`);
});

describe('S010 limits', () => {
  const play = (change: Partial<Scenario>, options: AgentSessionOptions = {}) =>
    scenario({ ...script, ...change, options: { preemptiveGeneration: true, ...options } });

  test('begins no reply to speech that is too long', async () => {
    const user = [{ startMs: 500, endMs: 10_550, text: 'hello there', transcriptDelayMs: 100 }];
    expect(createdMs(await play({ user, durationMs: 16_000 }))).toEqual([11_050]);
  });

  test('counts the length of speech that goes on, not that up to its last pause', async () => {
    const user = [
      { startMs: 500, endMs: 1000, text: 'one', transcriptDelayMs: 1000 },
      // Its first utterance's transcript comes in its midst.
      { startMs: 1600, endMs: 3000, text: 'two', transcriptDelayMs: 100 },
    ];
    const llm = [{ input: 'one two', output: 'hi' }];
    expect(createdMs(await play({ user, llm }, { preemptiveGeneration: { maxSpeechMs: 1200 } }))).toEqual([3500]);
  });

  const stutter = (count: number) =>
    Array.from({ length: count }, (_, index) => ({
      startMs: 500 + index * 600,
      endMs: 900 + index * 600,
      text: 'a',
      transcriptDelayMs: 50,
    }));
  const answers = (counts: readonly number[]) =>
    counts.map((count) => ({ input: Array.from({ length: count }, () => 'a').join(' '), output: 'hi' }));

  test('makes at most three attempts in a turn', async () => {
    // Pauses of 200 ms: the voice never ends for the VAD, and each transcript adds to the same turn.
    const result = await play({ user: stutter(5), llm: answers([1, 2, 3, 5]) });
    expect(createdMs(result)).toEqual([950, 1550, 2150, 3800]);
    expect(result.history).toEqual(['user: a a a a a', 'assistant: hi']);
  });

  test('makes as many as it is told to', async () => {
    expect(createdMs(await play({ user: stutter(3), llm: answers([1, 3]) }, { preemptiveGeneration: { maxTries: 1 } }))).toEqual([
      950, 2600,
    ]);
  });

  test('counts anew in the next turn', async () => {
    const [first] = script.user;
    const user = [first, { startMs: 7000, endMs: 8000, text: 'and now' }].flatMap((utterance) => utterance ?? []);
    const llm = [...script.llm, { input: 'and now', output: 'hi' }];
    const result = await play({ user, llm, durationMs: 14_000 }, { preemptiveGeneration: { maxTries: 1 } });
    expect(createdMs(result)).toEqual([2100, 8200]);
  });
});

describe('S010 an attempt that no longer holds is made anew', () => {
  const options = { preemptiveGeneration: { tts: true } } as const;
  const change = (act: (agent: Agent) => void, extra: Partial<Scenario> = {}) => {
    const agent = new Agent({ instructions: 'Be scripted.' });
    return scenario({ ...script, agent, options, at: { 2450: () => act(agent) }, ...extra });
  };
  const anew = { llm: [2100, 2500], tts: [2400, 2800] };

  test('when the context has changed, with one message of the user', async () => {
    const result = await change((agent) =>
      agent.updateChatContext(agent.chatContext.append({ role: 'developer', content: 'It is late.' })),
    );
    expect(callsMs(result)).toEqual(anew);
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
    expect(result.played).toMatchObject([{ startedMs: 3100, complete: true }]);
  });

  test('when the instructions have changed', async () => {
    const result = await change((agent) => agent.updateInstructions('Be brief.'));
    expect(callsMs(result)).toEqual(anew);
    expect(result.llmCalls.map(({ system }) => system)).toEqual([['Be scripted.'], ['Be brief.']]);
  });

  const look = tool({ name: 'look', description: 'Looks far.', execute: () => 'x' });
  const other = tool({ name: 'look', description: 'Looks far.', parameters: { type: 'object' }, execute: () => 'y' });

  test.each<[string, Tool<RunContext>[], readonly number[]]>([
    ['does something else', [{ ...look, execute: other.execute }], anew.llm],
    ['takes something else', [{ ...look, reader: other.reader }], anew.llm],
    ['is told of otherwise', [{ ...look, description: 'Looks near.' }], anew.llm],
    ['has another name', [{ ...look, name: 'see' }], anew.llm],
    ['is joined by another', [look, { ...other, name: 'see' }], anew.llm],
    ['is the same', [look], [2100]],
  ])('when a tool %s', async (_name, tools, llm) => {
    const agent = new Agent({ instructions: 'Be scripted.', tools: [look] });
    const swap = () => {
      const before = agent.chatContext;
      agent.updateTools(tools);
      // Only the tools are other ones.
      agent.updateChatContext(before);
    };
    expect(callsMs(await scenario({ ...script, agent, options, at: { 2450: swap } })).llm).toEqual(llm);
  });

  test('when the hook has changed the text', async () => {
    class Corrector extends Agent {
      override onUserTurnCompleted(turn: { text: string }): void {
        turn.text = 'goodbye';
      }
    }
    const result = await scenario({
      ...script,
      llm: [...script.llm, { input: 'goodbye', output: 'bye' }],
      tts: [...script.tts, { text: 'bye', audioMs: 1000 }],
      agent: new Corrector({ instructions: 'Be scripted.' }),
      options,
    });
    expect(result.history).toEqual(['user: goodbye', 'assistant: bye']);
  });

  test('when it has failed already', async () => {
    let calls = 0;
    class Flaky extends Agent {
      override async *llmNode(request: Parameters<Agent['llmNode']>[0]) {
        calls += 1;
        if (calls === 1) throw new Error('not yet');
        yield* super.llmNode(request);
      }
    }
    const result = await scenario({
      ...script,
      agent: new Flaky({ instructions: 'Be scripted.' }),
      options: { preemptiveGeneration: true },
    });
    expect(result.history).toEqual(['user: hello there', 'assistant: hi']);
    expect(result.agentStates).toContain('3100 speaking');
  });

  test('but not for another case or other punctuation', async () => {
    class Punctuator extends Agent {
      override onUserTurnCompleted(turn: { text: string }): void {
        turn.text = 'Hello , there!';
      }
    }
    const result = await scenario({ ...script, agent: new Punctuator({ instructions: 'Be scripted.' }), options });
    expect(callsMs(result)).toEqual({ llm: [2100], tts: [2400] });
    expect(result.history).toEqual(['user: Hello , there!', 'assistant: hi']);
  });
});

test('S010 no tool runs before the turn is over, and it runs once', async () => {
  const ranAtMs: number[] = [];
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 1500, text: 'book', transcriptDelayMs: 100 },
      { startMs: 1700, endMs: 2700, text: 'a table', transcriptDelayMs: 100 },
    ],
    llm: [
      { input: 'book', toolCalls: [{ name: 'book' }], ttftMs: 10, durationMs: 20 },
      { input: 'book a table', toolCalls: [{ name: 'book' }], ttftMs: 10, durationMs: 20 },
      { input: 'booked', output: 'done' },
    ],
    tts: [{ text: 'done', audioMs: 1000 }],
    tools: {
      book: tool({
        description: 'Books.',
        execute: (_args, { session }) => {
          ranAtMs.push(session.history.items.length);
          return 'booked';
        },
      }),
    },
    options: { preemptiveGeneration: { tts: true } },
    durationMs: 9000,
  });
  expect(result.llmCalls.map(({ atMs }) => atMs)).toEqual([1600, 2800, 3200]);
  // The hand-over to the agent and the user's message stood in the history when it ran.
  expect(ranAtMs).toEqual([2]);
  expect(result.history).toEqual(['user: book a table', 'call: book {}', 'output: booked', 'assistant: done']);
});

describe('bad options of preemptiveGeneration are named', () => {
  test.each<[string, object, RegExp]>([
    ['an unknown field', { speed: 1 }, /"preemptiveGeneration" is an object; it must be an object with no other field than tts, .*"speed"/],
    ['a wrong type', { tts: 'yes' }, /whose "tts" is true or false, not "yes"/],
    ['a number out of range', { maxTries: -1 }, /whose "maxTries" is a whole number from 0 on, not -1/],
  ])('%s', (_name, preemptiveGeneration, message) => {
    expect(() => new Agent({ instructions: '', preemptiveGeneration })).toThrow(message);
  });
});
