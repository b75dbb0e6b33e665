import { describe, expect, test } from 'vitest';
import { createFallbackLLM } from '../adapters/fallback-llm.js';
import type { AvailabilityChange, FallbackAvailability } from '../adapters/fallback-line.js';
import { createFallbackSTT } from '../adapters/fallback-stt.js';
import { createFallbackTTS } from '../adapters/fallback-tts.js';
import { APIConnectionError, APIStatusError } from '../provider/api-error.js';
import type { LLM, LLMEvent } from '../provider/llm.js';
import type { STT, STTEvent } from '../provider/stt.js';
import type { TTS, TTSEvent } from '../provider/tts.js';
import { sleep } from '../stream/sleep.js';
import { ScriptProblems } from '../testing/script-problems.js';
import { createScriptedLLM } from '../testing/scripted-llm.js';
import { createScriptedSTT } from '../testing/scripted-stt.js';
import { createScriptedTTS } from '../testing/scripted-tts.js';
import { scenario, type ScenarioResult } from '../testing/scenario.js';
import { VirtualClock } from '../time/virtual-clock.js';

const user = [{ startMs: 500, endMs: 2500, text: 'hello' }];
const reply = { llm: [{ input: 'hello', output: 'hi there' }], tts: [{ text: 'hi there', audioMs: 5000 }] };
const lost = new APIConnectionError('lost', { provider: 'first' });
const refused = new APIStatusError('refused the key', { provider: 'first', status: 401 });
const problems = new ScriptProblems();
type Failing = { isBroken: boolean; calls: number };

/** Fails each call while it is broken, or says nothing until it is aborted. */
async function* failing<Event>(
  state: Failing,
  error: Error | 'silent',
  { signal, stream }: { readonly signal: AbortSignal; readonly stream: () => AsyncIterable<Event> },
): AsyncGenerator<Event> {
  state.calls += 1;
  if (!state.isBroken) {
    yield* stream();
    return;
  }
  if (error !== 'silent') throw error;
  await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
}

function firstLLM(state: Failing, error: Error | 'silent' = lost): LLM {
  const scripted = createScriptedLLM([...reply.llm, { input: 'Answer with one word.', output: 'yes', ttftMs: 50 }], problems);
  const generate: LLM['generate'] = (request) =>
    failing<LLMEvent>(state, error, { signal: request.signal, stream: () => scripted.generate(request) });
  return { ...scripted, provider: 'first', model: 'one', generate };
}
function secondLLM(): LLM {
  return { ...createScriptedLLM([{ ...reply.llm[0], input: 'hello', inputTokens: 7 }], problems), provider: 'second', model: 'two' };
}
function firstTTS(state: Failing, error: Error | 'silent' = lost): TTS {
  const scripted = createScriptedTTS([...reply.tts, { text: 'Yes.', audioMs: 100 }], problems);
  const synthesize: TTS['synthesize'] = (request) =>
    failing<TTSEvent>(state, error, { signal: request.signal, stream: () => scripted.synthesize(request) });
  return { ...scripted, provider: 'first', model: 'one', synthesize };
}
function firstSTT(state: Failing, error: Error | 'silent'): STT {
  const scripted = createScriptedSTT(user);
  const transcribe: STT['transcribe'] = (request) =>
    failing<STTEvent>(state, error, { signal: request.signal, stream: () => scripted.transcribe(request) });
  return { ...scripted, provider: 'first', model: 'one', transcribe };
}

function watch(adapter: FallbackAvailability) {
  const changes: string[] = [];
  adapter.onAvailabilityChanged(({ provider, isAvailable }: AvailabilityChange) =>
    changes.push(`${provider} ${isAvailable ? 'up' : 'down'}`),
  );
  return changes;
}
const errors = ({ events }: ScenarioResult): string[] =>
  events.flatMap(({ event }) => (event.type === 'error' ? [event.error.message] : []));
/** The session closes only what it made. */
const closing = (adapter: { close?(): Promise<void> }) => async () => {
  await adapter.close?.();
};

describe('a fallback of LLMs', () => {
  test('gives the call to the next when the first fails, and says who did the work; the caller hears no difference', async () => {
    const state = { isBroken: true, calls: 0 };
    const llm = createFallbackLLM({ models: [firstLLM(state, refused), secondLLM()] });
    const changes = watch(llm);
    const result = await scenario({ user, ...reply, llm: [], options: { llm }, at: { 11_000: closing(llm) }, durationMs: 12_000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
    expect(result.agentStates).toContain('3500 speaking');
    expect(errors(result)).toEqual([]);
    expect(changes).toEqual(['first down']);
    expect(llm.availability.map(({ provider, isAvailable }) => [provider, isAvailable])).toEqual([
      ['first', false],
      ['second', true],
    ]);
    const usage = result.events.flatMap(({ event }) => (event.type === 'usage-updated' ? event.usage : []));
    expect(usage.at(-1)).toMatchObject({ kind: 'llm', provider: 'second', model: 'two' });
  });

  test('goes back to the first once a probe was answered', async () => {
    const state = { isBroken: true, calls: 0 };
    const llm = createFallbackLLM({ models: [firstLLM(state), secondLLM()] });
    const changes = watch(llm);
    const again = { ...user[0], startMs: 12_000, endMs: 13_000, text: 'hello' };
    const times: string[] = [];
    const result = await scenario({
      user: [...user, again],
      ...reply,
      llm: [],
      options: { llm },
      at: {
        100: (_session, clock: VirtualClock) =>
          void llm.onAvailabilityChanged(({ isAvailable }) => times.push(`${clock.now()} ${isAvailable ? 'up' : 'down'}`)),
        10_000: () => void (state.isBroken = false),
        24_000: closing(llm),
      },
      durationMs: 25_000,
    });
    // At 13,500 the second call has the first model probed beside its own work.
    expect(times).toEqual(['3000 down', '13550 up']);
    expect(changes).toEqual(['first down', 'first up']);
    expect(result.history).toHaveLength(4);
  });

  test('does not wait longer than its limit for one that says nothing', async () => {
    const llm = createFallbackLLM({ models: [firstLLM({ isBroken: true, calls: 0 }, 'silent'), secondLLM()], firstOutputMs: 1000 });
    const result = await scenario({ user, ...reply, llm: [], options: { llm }, at: { 12_000: closing(llm) }, durationMs: 14_000 });
    expect(result.agentStates).toContain('4500 speaking');
    expect(errors(result)).toEqual([]);
  });

  test('one that was stopped by a filter before its first word gives the call to the next', async () => {
    const filtered: LLM = {
      ...firstLLM({ isBroken: false, calls: 0 }),
      async *generate() {
        yield { type: 'finish', reason: 'content-filter' };
      },
    };
    const llm = createFallbackLLM({ models: [filtered, secondLLM()] });
    const changes = watch(llm);
    const result = await scenario({ user, ...reply, llm: [], options: { llm }, at: { 11_000: closing(llm) }, durationMs: 12_000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
    expect(changes[0]).toBe('first down');
  });

  test('fails when all have failed, and tries them all again', async () => {
    const [one, two] = [
      { isBroken: true, calls: 0 },
      { isBroken: true, calls: 0 },
    ];
    const llm = createFallbackLLM({ models: [firstLLM(one, refused), firstLLM(two, refused)] });
    const result = await scenario({
      user,
      llm: [],
      tts: [
        { text: 'Sorry, something went wrong.', audioMs: 500 },
        { text: 'Could you say that again?', audioMs: 500 },
      ],
      options: { llm },
      at: { 11_000: closing(llm) },
      durationMs: 12_000,
    });
    expect(errors(result)).toEqual(['fallback: all 2 models failed, the last with: first: refused the key']);
  });
});

describe('a fallback of TTSs', () => {
  test('S121: the next speaks all of it, at the rate asked for, when the first fails', async () => {
    const first: TTS = {
      ...firstTTS({ isBroken: true, calls: 0 }),
      capabilities: { streaming: true, wordTimings: false, sampleRates: [48_000] },
    };
    const second = { ...createScriptedTTS(reply.tts, problems), provider: 'second' };
    const tts = createFallbackTTS({ models: [first, second] });
    const changes = watch(tts);
    const result = await scenario({ user, ...reply, tts: [], options: { tts }, at: { 11_000: closing(tts) }, durationMs: 12_000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
    expect(result.played[0]?.playedMs).toBeCloseTo(5000, 0);
    expect(errors(result)).toEqual([]);
    expect(changes).toEqual(['first down']);
  });

  test('S121: one that gives no audio for its text has failed; if all do, the reply is an error', async () => {
    const mute: TTS = {
      ...firstTTS({ isBroken: false, calls: 0 }),
      async *synthesize(request) {
        for await (const input of request.text) if (input.type === 'flush') yield { type: 'segment-end', segmentId: input.segmentId };
      },
    };
    const tts = createFallbackTTS({ models: [mute, createScriptedTTS(reply.tts, problems)] });
    const result = await scenario({ user, ...reply, tts: [], options: { tts }, at: { 11_000: closing(tts) }, durationMs: 12_000 });
    expect(result.played).toMatchObject([{ playedMs: 5000, complete: true }]);
    const none = createFallbackTTS({ models: [mute, mute] });
    const failed = await scenario({ user, ...reply, tts: [], options: { tts: none }, at: { 11_000: closing(none) }, durationMs: 12_000 });
    expect(errors(failed)).toContain('fallback: all 2 models failed, the last with: first: gave no audio for its text');
    expect(failed.history).toEqual(['user: hello']);
  });

  test('S124: with a limit of 100 and both silent, both are down, both are probed, and the reply fails', async () => {
    const [one, two] = [
      { isBroken: true, calls: 0 },
      { isBroken: true, calls: 0 },
    ];
    const tts = createFallbackTTS({ models: [firstTTS(one, 'silent'), firstTTS(two, 'silent')], firstOutputMs: 100 });
    const result = await scenario({
      user,
      ...reply,
      tts: [],
      options: { tts, connectOptions: { tts: { maxRetries: 0 } } },
      at: { 3400: closing(tts) },
      durationMs: 5000,
    });
    expect(errors(result)[0]).toBe('fallback: all 2 models failed, the last with: first: said nothing for 100 ms');
    expect(tts.availability.map(({ isAvailable }) => isAvailable)).toEqual([false, false]);
    // Each was called for the reply and for a probe, the apology left aside.
    expect(one.calls).toBeGreaterThanOrEqual(2);
    expect(two.calls).toBeGreaterThanOrEqual(2);
  });
});

describe('a fallback of STTs', () => {
  test.each([lost, refused])('S120: the second hears all of it when the first fails (%s), which is told first', async (error) => {
    const stt = createFallbackSTT({ models: [firstSTT({ isBroken: true, calls: 0 }, error), createScriptedSTT(user)] });
    const changes = watch(stt);
    const result = await scenario({ user, ...reply, options: { stt }, at: { 11_000: closing(stt) }, durationMs: 12_000 });
    expect(changes[0]).toBe('first down');
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
    expect(result.events.some(({ event }) => event.type === 'error' && !event.recoverable)).toBe(false);
  });

  test('S120: a probe that goes well makes the first available again within 1,000, while the second goes on hearing', async () => {
    const state = { isBroken: true, calls: 0 };
    const scripted = firstSTT(state, lost);
    const transcribe: STT['transcribe'] = (request) => {
      // Broken for one call only.
      queueMicrotask(() => void (state.isBroken = false));
      return scripted.transcribe(request);
    };
    const stt = createFallbackSTT({ models: [{ ...scripted, transcribe }, createScriptedSTT(user)] });
    const changes = watch(stt);
    const result = await scenario({
      user,
      ...reply,
      options: { stt },
      at: { 1000: () => expect(changes).toEqual(['first down', 'first up']) },
      durationMs: 12_000,
    });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
  });

  test('S120: both fail: an error that ends the call, after both were tried', async () => {
    const [one, two] = [
      { isBroken: true, calls: 0 },
      { isBroken: true, calls: 0 },
    ];
    const stt = createFallbackSTT({ models: [firstSTT(one, refused), firstSTT(two, refused)] });
    const result = await scenario({ user, options: { stt, llm: null }, at: { 11_000: closing(stt) }, durationMs: 12_000 });
    expect(result.events.at(-1)?.event).toMatchObject({ type: 'close', reason: 'error', error: { provider: 'first', status: 401 } });
    expect([one.calls, two.calls].every((calls) => calls > 0)).toBe(true);
    expect(stt.availability.map(({ isAvailable }) => isAvailable)).toEqual([false, false]);
  });

  test('S120: a probe that never ends keeps nobody from hearing, at the times of the call, whose usage is the second’s', async () => {
    const late = [{ startMs: 30_500, endMs: 32_500, text: 'hello' }];
    const state = { isBroken: true, calls: 0 };
    const [broken, silent] = [firstSTT(state, lost), firstSTT(state, 'silent')];
    // The call for the caller fails, and its probe says nothing.
    const first: STT = { ...broken, transcribe: (request) => (state.calls === 0 ? broken : silent).transcribe(request) };
    const scripted = createScriptedSTT(late);
    const second: STT = {
      ...scripted,
      provider: 'second',
      async *transcribe(request) {
        yield { type: 'usage', usage: { audioMs: 7 } };
        yield* scripted.transcribe(request);
      },
    };
    const stt = createFallbackSTT({ models: [first, second] });
    const result = await scenario({ user: late, ...reply, options: { stt }, at: { 41_000: closing(stt) }, durationMs: 42_000 });
    expect(result.history).toEqual(['user: hello', 'assistant: hi there']);
    const metrics = result.events.flatMap(({ event }) => (event.type === 'turn-metrics' ? [event.metrics] : []));
    expect(metrics).toMatchObject([{ userStoppedAt: 32_500, transcriptionDelayMs: 200 }]);
    expect(result.events.findLast(({ event }) => event.type === 'usage-updated')?.event).toMatchObject({
      usage: [{ kind: 'stt', provider: 'second', usage: { audioMs: 7 } }],
    });
    expect(stt.availability.map(({ isAvailable }) => isAvailable)).toEqual([false, true]);
  });

  test('needs a sample rate that all know, and two models', () => {
    const stt = createScriptedSTT([]);
    const other = { ...stt, capabilities: { ...stt.capabilities, sampleRates: [8000] } };
    expect(() => createFallbackSTT({ models: [stt, other] })).toThrow('there is no sample rate that all "models" know');
    expect(() => createFallbackSTT({ models: [stt] })).toThrow('createFallbackSTT: option "models" must be a list of two or more');
  });
});

test('S125: only the first STT is prewarmed', async () => {
  const log: string[] = [];
  const noted = (name: string): STT => ({ ...createScriptedSTT([]), prewarm: async () => void log.push(name) });
  const stt = createFallbackSTT({ models: [noted('one'), noted('two')] });
  const clock = new VirtualClock();
  await stt.prewarm?.({ signal: new AbortController().signal, clock });
  expect(log).toEqual(['one']);
  await stt.close?.();
});

test('S125: only the first is prewarmed; S123: no probe survives the close, which closes all', async () => {
  const log: string[] = [];
  const noted = (name: string): LLM => ({
    ...firstLLM({ isBroken: true, calls: 0 }, lost),
    prewarm: async () => void log.push(`prewarmed ${name}`),
    close: async () => void log.push(`closed ${name}`),
    async *generate({ signal, clock }) {
      log.push('started');
      await sleep(100_000, { clock, signal }).catch(() => log.push('stopped'));
      yield { type: 'finish', reason: 'stop' };
    },
  });
  const llm = createFallbackLLM({ models: [noted('one'), noted('two')], firstOutputMs: 50 });
  const result = await scenario({
    options: { llm },
    at: {
      50: (_session, clock) => llm.prewarm?.({ signal: new AbortController().signal, clock }),
      100: (session) => void session.generateReply({ userInput: 'hello' }),
      300: (session) => session.interrupt(),
      500: closing(llm),
    },
    durationMs: 1000,
  });
  expect(result.history).toEqual(['user: hello']);
  expect(log.filter((entry) => entry.startsWith('prewarmed'))).toEqual(['prewarmed one']);
  expect(log.filter((entry) => entry.startsWith('closed'))).toEqual(['closed one', 'closed two']);
  const count = (wanted: string) => log.filter((entry) => entry === wanted).length;
  expect(count('started')).toBeGreaterThan(3);
  expect(count('stopped')).toBe(count('started'));
});
