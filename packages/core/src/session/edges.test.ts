import { expect, test } from 'vitest';
import { Agent } from '../agent/agent.js';
import { AgentTask } from '../agent/agent-task.js';
import type { RunContext } from '../agent/session.js';
import { tool } from '../agent/tool.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { STT, STTCapabilities, STTEvent } from '../provider/stt.js';
import { callStream } from '../provider-kit/call-stream.js';
import { sleep } from '../stream/sleep.js';
import { scenario } from '../testing/scenario.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { VirtualClock } from '../time/virtual-clock.js';

const act = (execute: (context: RunContext) => unknown, marks: { readonly timeoutMs?: number } = {}) =>
  tool({ description: 'Acts.', execute: (_args, context) => execute(context), ...marks });

/** An STT that says this at these times, whatever it hears; what is past when it is called it does not say. */
const sttSaying = (events: readonly (readonly [atMs: number, event: STTEvent])[], capabilities: Partial<STTCapabilities> = {}): STT => ({
  specificationVersion: 1,
  kind: 'stt',
  provider: 'scripted',
  model: 'scripted',
  capabilities: {
    streaming: true,
    interimTranscripts: true,
    endpointing: false,
    turnDetection: false,
    wordTimings: false,
    speakers: false,
    settings: [],
    updatable: [],
    sampleRates: [16_000],
    ...capabilities,
  },
  transcribe: (request) =>
    callStream(request, async function* () {
      const { clock, signal, audio } = request;
      const reading = (async () => {
        for await (const _input of audio);
      })();
      const startedMs = clock.now();
      for (const [atMs, event] of events) {
        if (atMs < startedMs) continue;
        await sleep(Math.max(0, atMs - clock.now()), { clock, signal });
        yield event;
      }
      await reading;
    }),
});
const interim = (text: string, segmentId = 's'): STTEvent => ({ type: 'transcript-interim', segmentId, text });
const final = (text: string, endMs: number, segmentId = 's'): STTEvent => ({ type: 'transcript-final', segmentId, text, endMs });
const never = (): Promise<never> => new Promise(() => {});

test('an audio input whose read throws is reported, and ends the call like one that has ended', async () => {
  const audioInput = {
    read: () => {
      throw new Error('no microphone');
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
  const { events } = await scenario({ io: { audioInput }, durationMs: 2000 });
  const told = events.flatMap(({ event }) => (event.type === 'error' ? [`${event.source}: ${event.error.message}`] : []));
  expect(told).toEqual(['audio-input: no microphone']);
  expect(events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'input-ended' });
});

test('a reply that a policy holds for text which comes after the voice goes on after the timeout, if the text comes to nothing', async () => {
  const { history, played } = await scenario({
    user: [{ startMs: 2500, endMs: 2800, text: '' }],
    tts: [{ text: 'a long answer', audioMs: 6000 }],
    options: {
      stt: sttSaying([
        [3450, interim('uh')],
        [3700, final('', 3300)],
      ]),
      interruptionPolicy: ({ isFinal, words }) => (isFinal ? 'stop' : words > 0 ? 'pause' : 'ignore'),
    },
    at: { 1000: (session) => void session.say('a long answer') },
    durationMs: 20_000,
  });
  expect(history).toEqual(['assistant: a long answer']);
  expect(played.reduce((sum, { playedMs }) => sum + playedMs, 0)).toBe(6000);
});

test('a text that is said in pieces and does not go on is ended after 10 s, and what came of it was said', async () => {
  async function* pieces() {
    yield 'Here is the first sentence. ';
    await never();
  }
  const { history, events } = await scenario({
    tts: [
      { text: 'Here is the first sentence.', audioMs: 1000 },
      { text: 'next', audioMs: 500 },
    ],
    at: {
      100: (session) => void session.say(pieces(), { allowInterruptions: false }).then(undefined, () => {}),
      200: (session) => void session.say('next'),
    },
    durationMs: 20_000,
  });
  expect(history).toEqual(['assistant: Here is the first sentence.', 'assistant: next']);
  expect(events.some(({ event }) => event.type === 'error' && event.error.message.includes('did not go on within 10000 ms'))).toBe(true);
});

test('a recording that does not go on is ended after 10 s', async () => {
  const recording = (): AsyncIterable<AudioFrame> => ({ [Symbol.asyncIterator]: () => ({ next: never }) });
  const { history } = await scenario({
    tts: [{ text: 'next', audioMs: 500 }],
    agent: new (class extends Agent {
      override onReplyFailed() {
        return '';
      }
    })({ instructions: 'a' }),
    at: {
      100: (session) => void session.say('x', { audio: recording(), allowInterruptions: false }).then(undefined, () => {}),
      200: (session) => void session.say('next'),
    },
    durationMs: 20_000,
  });
  expect(history).toEqual(['assistant: next']);
});

test.each<[string, readonly (readonly [number, STTEvent])[], readonly string[]]>([
  [
    'finals in another order than that of the speech are put in it',
    [
      [1000, interim('one', 'a')],
      [1500, interim('two', 'b')],
      [2600, final('two', 2500, 'b')],
      [2700, final('one', 1200, 'a')],
    ],
    ['user: one two'],
  ],
  [
    'an interim is not lost to the final of another segment',
    [
      [1000, interim('one', 'a')],
      [1500, interim('two', 'b')],
      [2600, final('one', 1200, 'a')],
    ],
    ['user: one two'],
  ],
  [
    'what the final adds to an interim that was taken is said, case and punctuation aside',
    [
      [2600, interim('so I was', 'a')],
      [4700, final('So, I was thinking.', 2500, 'a')],
    ],
    ['user: so I was', 'user: thinking.'],
  ],
  [
    'times that cannot be do not change the order',
    [
      [2300, final('one', 1800, 'a')],
      [2600, final('two', 300, 'b')],
    ],
    ['user: one two'],
  ],
  ['blanks and marks alone are no words', [[2600, final(' .. ', 2500, 'a')]], []],
  [
    'blanks around words are not kept',
    [
      [2600, final(' one ', 2000, 'a')],
      [2700, final(' two', 2500, 'b')],
    ],
    ['user: one two'],
  ],
])('what an STT gives: %s', async (_name, given, said) => {
  const { history } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: '' }],
    options: { stt: sttSaying(given), llm: null },
    durationMs: 9000,
  });
  expect(history).toEqual(said);
});

test('S014 what is not yet final when the session closes is waited for, and remembered once', async () => {
  const { history, events } = await scenario({
    user: [{ startMs: 50, endMs: 200, text: '' }],
    // It is still being said: the STT has nothing to show for it yet, and says it 300 ms after the voice.
    options: { turnDetection: 'stt', stt: sttSaying([[500, final('and one more', 100)]]), closeTranscriptTimeoutMs: 2000 },
    // Once what came up to that moment was heard: the VAD has just said that a voice began.
    at: { 100: (session, clock) => void clock.after(0, () => void session.close()) },
    durationMs: 5000,
  });
  expect(history).toEqual(['user: and one more']);
  expect(events.at(-1)).toMatchObject({ atMs: 500, event: { type: 'close' } });
});

test('an STT that begins a voice and says no more, where no VAD listens, is opened again: nobody speaks for ever', async () => {
  const { userStates, events, history } = await scenario({
    tts: [{ text: 'still there?', audioMs: 500 }],
    options: { vad: null, stt: sttSaying([[1000, { type: 'speech-start', atMs: 900 }]], { endpointing: true }), userAwayTimeoutMs: null },
    at: { 2000: (session) => void session.say('still there?') },
    durationMs: 20_000,
  });
  expect(userStates).toEqual(['1000 speaking', '11000 listening']);
  expect(events.flatMap(({ atMs, event }) => (event.type === 'error' ? [`${atMs} ${event.source} ${event.error.kind}`] : []))).toEqual([
    '11000 stt timeout',
  ]);
  expect(history).toEqual(['assistant: still there?']);
});

test('a logger that throws loses a line and nothing else', async () => {
  const logger = {
    log: () => {
      throw new Error('disk full');
    },
  };
  const { history, events } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    llm: [{ input: 'hello', output: 'hi' }],
    tts: [{ text: 'hi', audioMs: 500 }],
    options: { logger },
    at: {
      100: (session) =>
        session.on('agent-state-changed', () => {
          throw new Error('listener');
        }),
    },
    durationMs: 8000,
  });
  expect(history).toEqual(['user: hello', 'assistant: hi']);
  expect(events.at(-1)?.event.type).toBe('close');
});

test('a transcript output that rejects is reported', async () => {
  const transcriptOutput = { write: () => Promise.reject(new Error('socket')), [Symbol.asyncDispose]: () => Promise.resolve() };
  const { events } = await scenario({
    io: { transcriptOutput },
    tts: [{ text: 'hi', audioMs: 500 }],
    at: { 100: (session) => void session.say('hi') },
    durationMs: 2000,
  });
  expect(events.some(({ event }) => event.type === 'error' && event.error.message === 'socket')).toBe(true);
});

test('a reply begun early by a model that was replaced meanwhile is not used', async () => {
  const problems = new ScriptProblems();
  const { history } = await scenario({
    user: [{ startMs: 500, endMs: 2500, text: 'hello' }],
    llm: [{ input: 'hello', output: 'from the old' }],
    tts: [{ text: 'from the new', audioMs: 500 }],
    options: { preemptiveGeneration: true },
    at: { 2800: (session) => session.updateOptions({ llm: createScriptedLLM([{ input: 'hello', output: 'from the new' }], problems) }) },
    durationMs: 8000,
  });
  expect(history).toEqual(['user: hello', 'assistant: from the new']);
  problems.assertNone();
});

test('an end that the STT tells of a turn without text does not cut the next utterance in two', async () => {
  const { history } = await scenario({
    user: [
      { startMs: 500, endMs: 2000, text: '' },
      { startMs: 10_000, endMs: 14_000, text: '' },
    ],
    llm: [{ input: 'I want a pizza', output: 'sure' }],
    tts: [{ text: 'sure', audioMs: 500 }],
    options: {
      turnDetection: 'stt',
      stt: sttSaying(
        [
          [1900, final('hello', 1900, 'a')],
          [2600, { type: 'turn-end', atMs: 2000 }],
          [11_000, interim('I want', 'b')],
          [14_200, final('I want a pizza', 14_000, 'b')],
          [14_500, { type: 'turn-end', atMs: 14_000 }],
        ],
        { turnDetection: true },
      ),
    },
    at: { 2200: (session) => session.clearUserTurn() },
    durationMs: 25_000,
  });
  expect(history).toEqual(['user: I want a pizza', 'assistant: sure']);
});

test('a limit that is set in the midst of a turn holds for that turn', async () => {
  const clock = new VirtualClock();
  const exceeded: number[] = [];
  const agent = new (class extends Agent {
    override onUserTurnExceeded() {
      exceeded.push(clock.now());
    }
  })({ instructions: 'a' });
  await scenario({
    clock,
    agent,
    user: [{ startMs: 500, endMs: 15_000, text: '' }],
    llm: [{ input: 'well I', output: '' }],
    options: {
      stt: sttSaying([
        [2000, interim('well I')],
        [15_200, final('well I', 15_000)],
      ]),
    },
    at: { 3000: (session) => session.updateOptions({ userTurnLimit: { durationMs: 5000 } }) },
    durationMs: 20_000,
  });
  expect(exceeded).toEqual([5500]);
});

test('a shorter timeout of false interruptions holds for the one that is waited for', async () => {
  const { timeline } = await scenario({
    user: [{ startMs: 2000, endMs: 3000, text: '' }],
    tts: [{ text: 'a long answer', audioMs: 6000 }],
    options: { falseInterruptionTimeoutMs: 20_000 },
    at: {
      1500: (session) => void session.say('a long answer'),
      4000: (session) => session.updateOptions({ falseInterruptionTimeoutMs: 500 }),
    },
    durationMs: 12_000,
  });
  expect(timeline).toMatch(/ 40\d\d ms +false interruption/);
});

test('in manual mode text that nobody commits does not keep the agent from speaking for ever', async () => {
  const { history, timeline } = await scenario({
    user: [{ startMs: 500, endMs: 1500, text: 'hello' }],
    tts: [{ text: 'still there?', audioMs: 500, ttfbMs: 0 }],
    options: { turnDetection: 'manual' },
    at: { 3000: (session) => void session.say('still there?'), 9000: (session) => session.clearUserTurn() },
    durationMs: 10_000,
  });
  expect(history).toEqual(['assistant: still there?']);
  expect(timeline).toContain('agent speaking');
});

test('text without a sound is not remembered as heard when it is said, either', async () => {
  const { history } = await scenario({ at: { 500: (session) => void session.say('👍') }, durationMs: 3000 });
  expect(history).toEqual([]);
});

class Ask extends AgentTask<string> {
  override onEnter(): void {
    this.session.say('What is your name?');
  }
}

test('a filler is silent while its tool waits for a task', async () => {
  const task = new Ask({ instructions: 'task', label: 'T' });
  const ask = act(async ({ filler }) => {
    using _filler = filler('one moment', { delayMs: 1000, intervalMs: 2000 });
    return await task;
  });
  const { history } = await scenario({
    agent: new Agent({ instructions: 'a', tools: { ask } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'ask' }] },
      { input: 'Bob', output: 'thanks' },
    ],
    tts: [
      { text: 'What is your name?', audioMs: 500 },
      { text: 'thanks', audioMs: 500 },
    ],
    at: { 100: (session) => void session.generateReply({ userInput: 'go' }), 8000: () => void task.complete('Bob') },
    durationMs: 12_000,
  });
  expect(history.filter((line) => line.includes('one moment'))).toEqual([]);
  expect(history.at(-1)).toBe('assistant: thanks');
});

test('a filler asks its source once at a time, and drops what comes too late', async () => {
  const clock = new VirtualClock();
  let open = 0;
  let most = 0;
  const source = async (step: number) => {
    open += 1;
    most = Math.max(most, open);
    await sleep(3000, { clock });
    open -= 1;
    return `step ${step}`;
  };
  const look = act(async ({ filler }) => {
    using _filler = filler(source, { delayMs: 500, intervalMs: 500 });
    await sleep(9000, { clock });
    return 'found';
  });
  const { history } = await scenario({
    clock,
    agent: new Agent({ instructions: 'a', tools: { look } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'look' }] },
      { input: 'found', output: 'done' },
    ],
    tts: ['one thing', 'done'].map((text) => ({ text, audioMs: text === 'one thing' ? 3500 : 500, ttfbMs: 0 })),
    at: { 500: (session) => void session.generateReply({ userInput: 'go' }), 3000: (session) => void session.say('one thing') },
    durationMs: 20_000,
  });
  expect(most).toBe(1);
  expect(history.filter((line) => line.startsWith('assistant'))).toEqual(['assistant: one thing', 'assistant: done']);
});

test('the time in which a tool waits for a task does not count towards its timeout', async () => {
  const task = new Ask({ instructions: 'task', label: 'T' });
  const ask = act(async () => await task, { timeoutMs: 3000 });
  const { history } = await scenario({
    agent: new Agent({ instructions: 'a', tools: { ask } }),
    llm: [
      { input: 'go', toolCalls: [{ name: 'ask' }] },
      { input: 'Bob', output: 'thanks' },
    ],
    tts: [
      { text: 'What is your name?', audioMs: 500 },
      { text: 'thanks', audioMs: 500 },
    ],
    at: { 100: (session) => void session.generateReply({ userInput: 'go' }), 8000: () => void task.complete('Bob') },
    durationMs: 12_000,
  });
  expect(history.slice(-2)).toEqual(['output: Bob', 'assistant: thanks']);
});
