import { describe, expect, test } from 'vitest';
import { tool } from '../agent/tool.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioInput } from '../provider/audio-input.js';
import type { LLM, LLMEvent } from '../provider/llm.js';
import type { STT, STTEvent } from '../provider/stt.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import type { TurnDetection } from '../provider/turn-detector.js';
import type { VAD, VADEvent } from '../provider/vad.js';
import { callStream } from '../provider-kit/call-stream.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { createScriptedInput } from '../testing/scripted-input.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { createScriptedTurnDetector } from '../testing/scripted-turn-detector.js';
import { createScriptedVAD } from '../testing/scripted-vad.js';
import { ScriptProblems } from '../testing/script-problems.js';

const problems = new ScriptProblems();
const user = [{ startMs: 500, endMs: 1500, text: 'hello' }];
const speech = { text: 'hi there', audioMs: 500 };
const reply = { llm: [{ input: 'hello', output: 'hi there' }], tts: [speech] };
const whole = ['user: hello', 'assistant: hi there'];

/** What broke which rule, by source; the same as `protocol` errors that do not end the call. */
const broken = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) =>
    event.type === 'error' && event.error.kind === 'protocol' ? [`${event.source} ${event.error.message}`] : [],
  );
const rule = (source: string, provider: string, text: string): string => `${source} ${provider}: broke its contract: ${text}`;

/** Events as they are not: what a provider written in another language, or by another hand, may send. */
function wild<T>(value: unknown): T;
function wild(value: unknown): unknown {
  return value;
}

describe('an LLM that breaks its contract is reported, and the call goes on', () => {
  const say: LLMEvent = { type: 'text-delta', text: 'hi there' };
  const finish: LLMEvent = { type: 'finish', reason: 'stop' };
  const llmOf = (events: readonly (LLMEvent | (() => never))[]): LLM => ({
    ...createScriptedLLM([], problems),
    provider: 'mind',
    generate: (request) =>
      callStream(request, async function* () {
        for (const event of events) yield typeof event === 'function' ? event() : event;
      }),
  });
  const call = (events: readonly (LLMEvent | (() => never))[], tools = {}) =>
    scenario({ user, tts: [speech], tools, options: { llm: llmOf(events) }, durationMs: 9000 });

  test.each([
    ['gave text after it had finished', [say, finish, { type: 'text-delta', text: ' and more' }]],
    ['finished twice', [say, finish, finish]],
    ['gave text that is no text', [wild<LLMEvent>({ type: 'text-delta', text: 7 }), say, finish]],
    ['gave an event that is no object', [wild<LLMEvent>(null), say, finish]],
    ['gave an event of a type that is not known', [wild<LLMEvent>({ type: 'music' }), say, finish]],
    ['called a tool without id, name or arguments', [wild<LLMEvent>({ type: 'tool-call', name: 'look' }), say, finish]],
    ['gave a usage without figures', [wild<LLMEvent>({ type: 'usage' }), say, finish]],
    ['gave a usage whose figures are none', [wild<LLMEvent>({ type: 'usage', usage: { inputTokens: -1 } }), say, finish]],
    ['gave a receipt in the name of nobody', [wild<LLMEvent>({ type: 'usage', usage: {}, provider: 7 }), say, finish]],
    ['gave a request id that is no text', [wild<LLMEvent>({ type: 'response-metadata', requestId: 7 }), say, finish]],
    ['gave metadata that is no object', [wild<LLMEvent>({ type: 'opaque' }), say, finish]],
  ] satisfies [string, LLMEvent[]][])('%s', async (text, events) => {
    const result = await call([...events, ...events.slice(-1)]);
    expect(broken(result)).toContain(rule('llm', 'mind', text));
    expect(result.history).toEqual(whole);
  });

  test.each(['content-filter', 'length', 'tool-calls', 'other'] as const)(
    'a reply that finishes with "%s" and holds nothing is a failure, and not an agent that wants to say nothing',
    async (reason) => {
      const result = await scenario({
        user,
        tts: ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 500 })),
        options: { llm: llmOf([{ type: 'finish', reason }]) },
        durationMs: 20_000,
      });
      const [error] = result.events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));
      expect(error).toBe(`mind: gave no answer, and finished with "${reason}"`);
    },
  );

  test.each([
    ['undefined', undefined],
    ['a promise', Promise.resolve()],
  ])('what is given is no stream, but %s: it is named', async (_what, given) => {
    const result = await scenario({
      user,
      tts: ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 500 })),
      options: { llm: { ...llmOf([]), generate: () => wild(given) } },
      durationMs: 20_000,
    });
    expect(new Set(broken(result))).toEqual(new Set([rule('llm', 'mind', 'gave something that is no stream of events')]));
  });

  test('a call of a tool after the end is not run', async () => {
    const late: LLMEvent = { type: 'tool-call', callId: 'c', name: 'look', argumentsJson: '{}' };
    const look = tool({
      description: 'Looks.',
      execute: () => {
        throw new Error('ran');
      },
    });
    const result = await call([say, finish, late], { look });
    expect(broken(result)).toEqual([rule('llm', 'mind', 'called a tool after it had finished')]);
    expect(result.history).toEqual(whole);
  });

  test('what is thrown is no error: the reply fails like by any other, and says what was thrown', async () => {
    const throwText = (): never => {
      // oxlint-disable-next-line typescript/only-throw-error -- that is what it is to do wrong
      throw 'a string with a secret';
    };
    const result = await scenario({
      user,
      tts: ['Sorry, something went wrong.', 'Could you say that again?'].map((text) => ({ text, audioMs: 500 })),
      options: { llm: llmOf([throwText]) },
      durationMs: 20_000,
    });
    expect(new Set(broken(result))).toEqual(new Set([rule('llm', 'mind', 'threw a value of type string, which is no error')]));
    expect(JSON.stringify(result.events)).not.toContain('secret');
  });
});

describe('a TTS that breaks its contract is reported, and the call goes on', () => {
  const frame = (change: Partial<AudioFrame> = {}): AudioFrame => ({
    samples: new Int16Array(480).fill(1000),
    sampleRate: 24_000,
    channels: 1,
    atMs: 0,
    ...change,
  });
  const ttsOf = (events: (segmentId: string) => readonly TTSEvent[]): TTS => ({
    ...createScriptedTTS([], problems),
    provider: 'voice',
    synthesize: (request) =>
      callStream(request, async function* () {
        for await (const input of request.text) if (input.type === 'flush') yield* events(input.segmentId);
      }),
  });
  const call = (events: (segmentId: string) => readonly TTSEvent[]) =>
    scenario({ user, llm: reply.llm, options: { tts: ttsOf(events) }, durationMs: 30_000 });
  const audio = (segmentId: string, change: Partial<AudioFrame> = {}): TTSEvent => ({ type: 'audio', segmentId, frame: frame(change) });

  test.each([
    ['gave a frame of a sample rate that is none', { sampleRate: Number.NaN }],
    ['gave a frame of a sample rate that is none', { sampleRate: -1 }],
    ['gave a frame of a number of channels that is none', { channels: 0 }],
    ['gave a frame of a number of channels that is none', { channels: 1.5 }],
    ['gave a frame that ends in the midst of its channels', { channels: 7, samples: new Int16Array(480) }],
    ['gave an empty frame', { samples: new Int16Array(0) }],
    ['gave a frame whose time is no number', { atMs: Number.NaN }],
    ['gave a frame without 16-bit samples', { samples: wild<Int16Array>([0.5]) }],
    ['gave audio at another rate than it was asked for', { sampleRate: 48_000 }],
    ['gave audio of more than one channel', { channels: 2 }],
  ])('%s', async (text, change) => {
    const result = await call((segmentId) => [
      audio(segmentId, change),
      audio(segmentId, change),
      audio(segmentId),
      { type: 'segment-end', segmentId },
    ]);
    expect(broken(result)).toEqual([rule('tts', 'voice', text)]);
    expect(result.history).toEqual(whole);
  });

  test.each([
    ['gave audio for a segment that was not open', (segmentId: string) => [audio('other'), audio(segmentId)]],
    ['ended a segment that was not open', (segmentId: string) => [{ type: 'segment-end', segmentId: 'other' }, audio(segmentId)]],
    ['gave a word whose times are none', (segmentId: string) => [audio(segmentId), wild({ type: 'word', segmentId, text: 'hi' })]],
    [
      'gave a word whose times are none',
      (segmentId: string) => [audio(segmentId), { type: 'word', segmentId, text: 'hi', startMs: -20, endMs: -10 }],
    ],
    ['gave a word without text', (segmentId: string) => [audio(segmentId), wild({ type: 'word', segmentId, startMs: 0, endMs: 1 })]],
    ['gave a usage without figures', (segmentId: string) => [wild({ type: 'usage' }), audio(segmentId)]],
    ['gave an event of a type that is not known', (segmentId: string) => [wild({ type: 'music' }), audio(segmentId)]],
  ] satisfies [string, (segmentId: string) => TTSEvent[]][])('%s', async (text, events) => {
    const result = await call((segmentId) => [...events(segmentId), { type: 'segment-end', segmentId }]);
    expect(broken(result)).toEqual([rule('tts', 'voice', text)]);
    expect(result.history).toEqual(whole);
  });

  test('audio after its segment was over is not heard', async () => {
    const result = await call((segmentId) => [
      audio(segmentId),
      { type: 'segment-end', segmentId },
      audio(segmentId),
      { type: 'segment-end', segmentId },
    ]);
    expect(broken(result)).toEqual([
      rule('tts', 'voice', 'gave audio for a segment that was not open'),
      rule('tts', 'voice', 'ended a segment that was not open'),
    ]);
    expect(result.played).toMatchObject([{ playedMs: 20, complete: true }]);
  });

  test('nothing but silence for a reply is a failure: the caller is not left without a word of it in the history', async () => {
    const result = await call((segmentId) => [{ type: 'segment-end', segmentId }]);
    expect(broken(result)[0]).toBe(rule('tts', 'voice', 'gave no audio for anything that it was to speak'));
    expect(result.history).toEqual(['user: hello']);
  });
});

describe('an STT that breaks its contract is reported, and the call goes on', () => {
  const final = (text: string, endMs = 1500): STTEvent => ({ type: 'transcript-final', segmentId: 's', text, endMs });
  /** Says this once it has heard 1.6 s. */
  const sttOf = (events: readonly STTEvent[]): STT => ({
    ...createScriptedSTT([]),
    provider: 'ear',
    transcribe: (request) =>
      callStream(request, async function* () {
        let hasSpoken = false;
        for await (const input of request.audio) {
          if (hasSpoken || input.type !== 'audio' || input.frame.atMs < 1600) continue;
          hasSpoken = true;
          yield* events;
        }
      }),
  });
  const call = (events: readonly STTEvent[], vad: VAD | null = createScriptedVAD()) =>
    scenario({ user, ...reply, options: { stt: sttOf(events), vad }, durationMs: 9000 });

  test.each([
    ['gave a final transcript twice', [final('hello'), final('hello')]],
    [
      'gave an interim transcript of a segment that was final',
      [final('hello'), { type: 'transcript-interim', segmentId: 's', text: 'hel' }],
    ],
    ['gave a transcript without text', [wild<STTEvent>({ type: 'transcript-final', segmentId: 'x', endMs: 1 }), final('hello')]],
    ['gave an event of a type that is not known', [wild<STTEvent>({ type: 'music' }), final('hello')]],
    ['gave an event that is no object', [wild<STTEvent>('text'), final('hello')]],
    ['ended speech that had not begun', [{ type: 'speech-end', atMs: 900 }, final('hello')]],
    ['gave a usage without figures', [wild<STTEvent>({ type: 'usage', usage: null }), final('hello')]],
    ['gave a time that is none', [final('hello', -5000)]],
    ['gave a time that is none', [final('hello', Number.NaN)]],
  ] satisfies [string, STTEvent[]][])('%s', async (text, events) => {
    const result = await call(events);
    expect(broken(result)).toEqual([rule('stt', 'ear', text)]);
    expect(result.history).toEqual(whole);
  });

  test('a final at no time, or in times to come, is taken for the end of the audio, and what follows is heard', async () => {
    for (const endMs of [Number.NaN, Infinity, 1e12]) {
      const result = await call([final('hello', endMs)]);
      expect(result.history).toEqual(whole);
    }
  });

  test('speech begun at a time that is none begins now', async () => {
    const result = await call([{ type: 'speech-start', atMs: Number.NaN }, final('hello'), { type: 'speech-end', atMs: Infinity }], null);
    expect(result.history).toEqual(whole);
    expect(result.userStates).toEqual(['1650 speaking', '1650 listening']);
  });
});

test('a VAD that breaks its contract is reported, and the call goes on', async () => {
  const scripted = createScriptedVAD();
  const extra: VADEvent[] = [
    wild({ type: 'window' }),
    wild({ type: 'music' }),
    wild(null),
    { type: 'speech-end', atMs: 0 },
    { type: 'speech-start', atMs: Number.NaN },
    { type: 'speech-start', atMs: 0 },
    { type: 'speech-end', atMs: Infinity },
  ];
  const vad: VAD = {
    ...scripted,
    provider: 'gate',
    detect: (request) =>
      callStream(request, async function* () {
        let isFirst = true;
        for await (const event of scripted.detect(request)) {
          yield event;
          if (isFirst) yield* extra;
          isFirst = false;
        }
      }),
  };
  const result = await scenario({ user, ...reply, options: { vad }, durationMs: 9000 });
  expect(broken(result)).toEqual(
    [
      'gave a window whose durations are no numbers',
      'gave an event of a type that is not known',
      'gave an event that is no object',
      'ended speech that had not begun',
      'began speech that had begun already',
    ].map((text) => rule('vad', 'gate', text)),
  );
  expect(result.history).toEqual(whole);
});

test.each([
  ['opened something that cannot be asked', wild<() => TurnDetection>(() => undefined)],
  ['gave an answer without probability and threshold', wild<() => TurnDetection>(() => detection(() => undefined))],
  ['gave an answer without probability and threshold', () => detection(async () => ({ probability: Number.NaN, threshold: 0.5 }))],
  [
    'threw a value of type string, which is no error',
    () =>
      detection(() => {
        // oxlint-disable-next-line typescript/only-throw-error -- that is what it is to do wrong
        throw 'text';
      }),
  ],
] satisfies [string, () => TurnDetection][])(
  'a turn detector that breaks its contract is reported, and not waited for: %s',
  async (text, open) => {
    const turnDetection = { ...createScriptedTurnDetector([], problems), provider: 'referee', open };
    const result = await scenario({ user, ...reply, options: { turnDetection }, durationMs: 9000 });
    expect(new Set(broken(result))).toEqual(new Set([rule('turn-detector', 'referee', text)]));
    expect(result.history).toEqual(whole);
  },
);

/** Asked, it does this. */
const detection = (predict: () => unknown): TurnDetection => ({
  predict: () => wild(predict()),
  reset: () => {},
  [Symbol.asyncDispose]: async () => {},
});

test('an audio input that gives frames that are none is reported, and what can be heard of it is heard', async () => {
  const frames = (input: AudioInput): AudioInput => ({
    read: (request) =>
      (async function* () {
        const samples = new Int16Array(800);
        yield { type: 'audio', frame: { samples, sampleRate: Number.NaN, channels: 1, atMs: 0 } } as const;
        yield { type: 'audio', frame: { samples, sampleRate: 16_000, channels: 0, atMs: 0 } } as const;
        yield { type: 'gap', atMs: 0, durationMs: Infinity } as const;
        yield* input.read(request);
      })(),
    [Symbol.asyncDispose]: () => input[Symbol.asyncDispose](),
  });
  const result = await scenario({ user, ...reply, io: { audioInput: frames(createScriptedInput(user)) }, durationMs: 9000 });
  expect(broken(result)).toEqual(
    ['gave a frame of a sample rate that is none', 'gave a frame of a number of channels that is none', 'gave a gap without times'].map(
      (text) => rule('audio-input', 'audio input', text),
    ),
  );
  expect(result.history).toEqual(whole);
});
