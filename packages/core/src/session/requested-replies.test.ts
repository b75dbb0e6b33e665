import { describe, expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import { tool } from '../agent/tool.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { StopResponse } from '../tools/tool-errors.js';

const spoken = (text: string, audioMs = 1000) => ({ text, audioMs, ttfbMs: 0, durationMs: 0 });
const played = ({ played: segments }: ScenarioResult) => segments.map(({ startedMs, endedMs }) => [startedMs, endedMs]);
const systemOf = ({ llmCalls }: ScenarioResult) => llmCalls.map(({ system }) => system);

describe('say', () => {
  /** A recording in frames of 20 ms. */
  const recording = (lengthMs: number, sampleRate = 24_000): AudioFrame[] =>
    Array.from({ length: lengthMs / 20 }, (_, index) => ({
      samples: new Int16Array((sampleRate * 20) / 1000).fill(8000),
      sampleRate,
      channels: 1,
      atMs: index * 20,
    }));

  test('plays a recording as it is, calls no TTS, and remembers the text that goes with it', async () => {
    const result = await scenario({
      at: { 0: (session) => void session.say('welcome to our house', { audio: recording(2000) }) },
      durationMs: 4000,
    });
    expect([played(result), result.ttsCalls]).toEqual([[[0, 2000]], []]);
    expect(result.history).toEqual(['assistant: welcome to our house']);
  });

  test('plays a recording that comes as a stream, and without a TTS', async () => {
    async function* stream() {
      yield* recording(1000);
    }
    const result = await scenario({
      options: { tts: null },
      at: { 0: (session) => void session.say('welcome', { audio: stream() }) },
      durationMs: 4000,
    });
    expect([played(result), result.history]).toEqual([[[0, 1000]], ['assistant: welcome']]);
  });

  test('remembers of a recording that is interrupted what was heard of it', async () => {
    const result = await scenario({
      at: {
        0: (session) => void session.say('welcome to our house', { audio: recording(2000) }),
        1000: (session) => session.interrupt(),
      },
      durationMs: 4000,
    });
    expect(played(result)).toEqual([[0, 1000]]);
    expect(result.history).toEqual(['assistant!: welcome']);
  });

  test('leaves no trace in the history if it is told so', async () => {
    const handles: SpeechHandle[] = [];
    const result = await scenario({
      tts: [spoken('one moment')],
      at: { 0: (session) => void handles.push(session.say('one moment', { addToChat: false })) },
      durationMs: 4000,
    });
    expect([played(result), result.history, handles[0]?.chatItems]).toEqual([[[0, 1000]], [], []]);
  });
});

describe('generateReply', () => {
  const one = tool({ name: 'one', description: 'One.', execute: () => 'done' });
  const two = tool({ name: 'two', description: 'Two.', execute: () => 'done' });
  const agent = () => new Agent({ instructions: 'Be scripted.', tools: [one] });

  test('replaces the instructions, for this reply and those after its tools', async () => {
    const result = await scenario({
      agent: agent(),
      llm: [
        { input: 'hi', toolCalls: [{ name: 'one' }] },
        { input: 'done', output: 'hello' },
      ],
      tts: [spoken('hello')],
      at: { 0: (session) => void session.generateReply({ userInput: 'hi', instructions: 'Be formal.' }) },
      durationMs: 4000,
    });
    expect(systemOf(result)).toEqual([['Be formal.'], ['Be formal.']]);
    expect(result.history).toEqual(['user: hi', 'call: one {}', 'output: done', 'assistant: hello']);
  });

  test('adds instructions to the agent’s, and leaves neither in the history', async () => {
    const result = await scenario({
      agent: agent(),
      llm: [{ input: 'Greet the caller.', output: 'hello' }],
      tts: [spoken('hello')],
      at: { 0: (session) => void session.generateReply({ additionalInstructions: 'Greet the caller.' }) },
      durationMs: 4000,
    });
    expect(systemOf(result)).toEqual([['Be scripted.', 'Greet the caller.']]);
    expect(result.history).toEqual(['assistant: hello']);
  });

  test('replaces the tools, and asks for one by the tool choice, once', async () => {
    const result = await scenario({
      agent: agent(),
      llm: [
        { input: 'hi', toolCalls: [{ name: 'two' }] },
        { input: 'done', output: 'hello' },
      ],
      tts: [spoken('hello')],
      at: { 0: (session) => void session.generateReply({ userInput: 'hi', tools: [two], toolChoice: 'required' }) },
      durationMs: 4000,
    });
    expect(result.llmCalls).toMatchObject([
      { tools: ['two'], toolChoice: 'required' },
      // Asked for again it would never answer.
      { tools: ['two'], toolChoice: 'auto' },
    ]);
  });

  test('makes a reply that nobody interrupts, if it is told so', async () => {
    const result = await scenario({
      user: [{ startMs: 1000, endMs: 2000, text: 'wait' }],
      llm: [{ input: 'hi', output: 'a long answer' }],
      tts: [spoken('a long answer', 4000)],
      at: { 0: (session) => void session.generateReply({ userInput: 'hi', allowInterruptions: false }) },
      durationMs: 8000,
    });
    expect(played(result)).toEqual([[300, 4300]]);
    expect(result.history).toEqual(['user: hi', 'assistant: a long answer']);
  });

  test('waits its turn behind what is said, and goes before it by priority', async () => {
    const result = await scenario({
      llm: [
        { input: 'hi', output: 'hello' },
        { input: 'now', output: 'at once' },
      ],
      tts: [spoken('first'), spoken('second'), spoken('hello'), spoken('at once')],
      at: {
        0: (session) => {
          session.say('first');
          session.say('second');
          session.generateReply({ userInput: 'hi' });
        },
        500: (session) => void session.generateReply({ userInput: 'now', priority: 5 }),
      },
      durationMs: 6000,
    });
    expect(result.history.filter((line) => line.startsWith('assistant'))).toEqual([
      'assistant: first',
      'assistant: at once',
      'assistant: second',
      'assistant: hello',
    ]);
  });
});

test('S083 replies asked for on entering, by the hook and within a tool follow each other', async () => {
  class Host extends Agent {
    override onEnter(): void {
      this.session.generateReply({ instructions: 'Greet.', userInput: 'hello' });
    }
    override onUserTurnCompleted(): void {
      this.session.say('one moment');
    }
  }
  const result = await scenario({
    user: [{ startMs: 3000, endMs: 4000, text: 'bye' }],
    llm: [
      { input: 'hello', output: 'welcome' },
      { input: 'bye', toolCalls: [{ name: 'say_goodbye' }] },
      { input: 'farewell', output: 'see you soon' },
    ],
    tts: [{ text: 'welcome', audioMs: 2000 }, spoken('one moment'), { text: 'see you soon', audioMs: 3000 }],
    agent: new Host({
      instructions: 'Be scripted.',
      tools: {
        say_goodbye: tool({
          description: 'Says goodbye.',
          execute: async (_args, { session }) => {
            await session.generateReply({ additionalInstructions: 'farewell' });
            throw new StopResponse();
          },
        }),
      },
    }),
    durationMs: 14_000,
  });
  expect(result.played.map(({ playedMs }) => playedMs)).toEqual([2000, 1000, 3000]);
  expect(played(result)).toEqual([
    [500, 2500],
    [4500, 5500],
    [5500, 8500],
  ]);
  expect(result.history).toEqual([
    'user: hello',
    'assistant: welcome',
    'user: bye',
    'assistant: one moment',
    // A call and its output stand together: vendors refuse a conversation in which something comes between.
    'call: say_goodbye {}',
    'output: ',
    'assistant: see you soon',
  ]);
});

test('S065 waiting for idle, and giving that up, disturbs neither the turn under way nor a later one', async () => {
  const log: string[] = [];
  const result = await scenario({
    user: [
      { startMs: 500, endMs: 1500, text: 'one' },
      { startMs: 5000, endMs: 6000, text: 'two' },
    ],
    llm: [
      { input: 'one', output: 'to one' },
      { input: 'two', output: 'to two' },
    ],
    tts: [spoken('to one'), spoken('to two')],
    at: {
      1700: async (session) => {
        // Whoever gives up waits for something else in its place.
        await Promise.race([session.waitForIdle().then(() => log.push('idle')), Promise.resolve()]);
        log.push('gave up');
      },
      5500: async (session) => {
        await session.waitForIdle();
        log.push('idle after the second turn');
      },
    },
    durationMs: 9000,
  });
  expect(result.history).toEqual(['user: one', 'assistant: to one', 'user: two', 'assistant: to two']);
  expect(log).toEqual(['gave up', 'idle', 'idle after the second turn']);
});
