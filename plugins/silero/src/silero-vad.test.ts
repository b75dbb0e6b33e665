import { getEventListeners } from 'node:events';
import { isAPIError, type VADEvent, type VADInput } from '@parley/core/provider';
import { VirtualClock } from '@parley/core/testing';
import { afterAll, expect, test } from 'vitest';
import { noise, speech8, speech16, spoken } from './__fixtures__/speech.js';
import { hear, probabilities, request, toAudio, toFrames, withoutWindows } from './__fixtures__/vad-call.js';
import { createSilero, parleyPlugin } from './index.js';
import { ModelWorker } from './model-worker.js';
import { SharedModel } from './shared-model.js';
import { createSileroVAD } from './silero-vad.js';

const vad = createSilero();
afterAll(() => vad.close?.());

/** Input that never comes, and tells when it is let go. */
function stalledAudio() {
  const seen = { isLeft: false };
  const audio: AsyncIterable<VADInput> = {
    [Symbol.asyncIterator]: () => ({
      next: () => new Promise(() => {}),
      return: async () => {
        seen.isLeft = true;
        return { done: true, value: undefined };
      },
    }),
  };
  return { seen, audio };
}

/** Starts and ends found, and whether each lies within 0.1 s of the truth. */
function againstTruth(events: readonly VADEvent[], offsetMs = 0): (readonly [string, boolean])[] {
  const truth = spoken.flatMap(({ startMs, endMs }) => [startMs + offsetMs, endMs + offsetMs]);
  return withoutWindows(events).map(({ type, atMs }, index) => [type, Math.abs(atMs - (truth[index] ?? Infinity)) <= 100]);
}

const allFound = [
  ['speech-start', true],
  ['speech-end', true],
  ['speech-start', true],
  ['speech-end', true],
];

test('finds speech at 16 kHz within 0.1 s of where it is, on the line of the frames', async () => {
  expect(againstTruth(await hear(vad, speech16(), { atMs: 61_000 }), 61_000)).toEqual(allFound);
});

test('finds speech at 8 kHz within 0.1 s of where it is', async () => {
  expect(againstTruth(await hear(vad, speech8()))).toEqual(allFound);
});

test('finds no speech in noise', async () => {
  expect(withoutWindows(await hear(vad, { sampleRate: 16_000, samples: noise(32_000, 7) }))).toEqual([]);
});

test('there is one window event for each 32 ms, in order, before the start or end it causes', async () => {
  const events = await hear(vad, speech16());
  const windows = events.flatMap((event) => (event.type === 'window' ? [event.atMs] : []));
  expect(windows).toEqual(Array.from({ length: Math.floor(speech16().samples.length / 512) }, (_, index) => index * 32));
  const start = events.findIndex(({ type }) => type === 'speech-start');
  expect(events[start - 1]).toMatchObject({ type: 'window', speechMs: 64, silenceMs: 0 });
  const end = events.findIndex(({ type }) => type === 'speech-end');
  expect(events[end - 1]).toMatchObject({ type: 'window', silenceMs: 416 });
});

test('the size of the frames makes no difference', async () => {
  const expected = await hear(vad, speech16());
  for (const frameMs of [10, 60]) expect(await hear(vad, speech16(), { frameMs })).toEqual(expected);
});

test("a request's thresholds come before the settings'", async () => {
  expect(withoutWindows(await hear(vad, speech16(), { minSpeechMs: 5000 }))).toEqual([]);
  const merged = withoutWindows(await hear(vad, speech16(), { minSilenceMs: 1000 }));
  expect(merged.map(({ type }) => type)).toEqual(['speech-start', 'speech-end']);
});

test('fifty streams at once, at both rates, hear what each hears alone', async () => {
  const voices = Array.from({ length: 50 }, (_, index) => {
    const whole = index % 3 === 0 ? speech8() : speech16();
    const samples = whole.samples.slice(index * 300, index * 300 + whole.sampleRate);
    return { sampleRate: whole.sampleRate, samples };
  });
  const together = await Promise.all(voices.map((voice) => hear(vad, voice)));
  for (const index of [0, 1, 17, 30, 49]) {
    const voice = voices[index];
    if (voice === undefined) throw new Error('fifty voices were made');
    const alone = probabilities(await hear(vad, voice));
    const crowded = probabilities(together[index] ?? []);
    expect(crowded).toHaveLength(31);
    for (const [window, probability] of alone.entries()) expect(crowded[window]).toBeCloseTo(probability, 4);
  }
});

test('after a reset the stream is as new', async () => {
  const frames = toFrames({ sampleRate: 16_000, samples: speech16().samples.subarray(0, 24_000) });
  async function* twice(): AsyncGenerator<VADInput> {
    yield* toAudio(frames);
    yield { type: 'reset' };
    yield* toAudio(frames);
  }
  const once = await hear(vad, { sampleRate: 16_000, samples: speech16().samples.subarray(0, 24_000) });
  const events: VADEvent[] = [];
  for await (const event of vad.detect(request({ audio: twice(), sampleRate: 16_000 }))) events.push(event);
  // The first half lacks only the end that the end of the input brings.
  expect(once.at(-1)?.type).toBe('speech-end');
  expect(events).toEqual([...once.slice(0, -1), ...once]);
});

test('the next item is asked for when all events of the one before have been read', async () => {
  let asked = 0;
  async function* counted(): AsyncGenerator<VADInput> {
    for (const frame of toFrames({ sampleRate: 16_000, samples: noise(16_000, 1) }, { frameMs: 60 })) {
      asked += 1;
      yield { type: 'audio', frame };
    }
  }
  const seen: number[] = [];
  for await (const event of vad.detect(request({ audio: counted(), sampleRate: 16_000 }))) {
    if (event.type === 'window') seen.push(asked);
  }
  // Windows are complete after 32, 64, 96 ... ms of frames of 60 ms.
  expect(seen).toEqual(Array.from({ length: 31 }, (_, index) => Math.ceil(((index + 1) * 32) / 60)));
});

test.each([44_100, 48_000, 0])('a rate of %d Hz is refused at once', (sampleRate) => {
  let thrown: unknown;
  try {
    vad.detect(request({ audio: toAudio([]), sampleRate }));
  } catch (error) {
    thrown = error;
  }
  expect(isAPIError(thrown) && [thrown.kind, thrown.retryable, thrown.message]).toEqual([
    'unsupported',
    false,
    `silero: a sample rate of ${sampleRate} Hz is not supported: give audio of 16000 or 8000 Hz`,
  ]);
});

test('a threshold out of range is refused at once, in settings and request', () => {
  expect(() => createSilero({ threshold: 2 })).toThrow('threshold is 2');
  expect(() => vad.detect(request({ audio: toAudio([]), sampleRate: 16_000, threshold: -1 }))).toThrow('threshold is -1');
});

test('a frame of another format fails the call with what is wrong', async () => {
  const frame = { samples: new Int16Array(480), sampleRate: 48_000, channels: 2, atMs: 0 };
  const events = vad.detect(request({ audio: toAudio([frame]), sampleRate: 16_000 }));
  await expect(events[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    kind: 'invalid-request',
    message: expect.stringContaining('48000 Hz with 2 channel(s)'),
  });
});

test('a failing source fails the call with its own error', async () => {
  // oxlint-disable-next-line require-yield -- it fails before its first item
  async function* failing(): AsyncGenerator<VADInput> {
    throw new Error('the microphone is gone');
  }
  await expect(
    vad
      .detect(request({ audio: failing(), sampleRate: 16_000 }))
      [Symbol.asyncIterator]()
      .next(),
  ).rejects.toThrow('the microphone is gone');
});

test('an abort lets go of the audio at once, with nobody reading, and leaves no listener', async () => {
  const controller = new AbortController();
  let isLeft = false;
  async function* endless(): AsyncGenerator<VADInput> {
    try {
      for (let atMs = 0; ; atMs += 60) yield { type: 'audio', frame: { samples: noise(960, 1), sampleRate: 16_000, channels: 1, atMs } };
    } finally {
      isLeft = true;
    }
  }
  const reader = vad.detect(request({ audio: endless(), sampleRate: 16_000, signal: controller.signal }))[Symbol.asyncIterator]();
  await reader.next();
  controller.abort();
  await Promise.resolve();
  expect(isLeft).toBe(true);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  expect(await reader.next()).toEqual({ done: true, value: undefined });
});

test('an abort ends a call whose audio has stalled within 50 ms, quietly', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const { seen, audio } = stalledAudio();
  await vad.prewarm?.({ signal: controller.signal, clock });
  const next = vad
    .detect(request({ audio, sampleRate: 16_000, signal: controller.signal, clock }))
    [Symbol.asyncIterator]()
    .next();
  controller.abort();
  await clock.advance(50);
  expect(await next).toEqual({ done: true, value: undefined });
  expect(seen.isLeft).toBe(true);
  clock.assertIdle();
});

test('a virtual clock stands still while the thread works', async () => {
  const clock = new VirtualClock();
  const heardAt: number[] = [];
  async function* inTime(): AsyncGenerator<VADInput> {
    for (const frame of toFrames({ sampleRate: 16_000, samples: noise(16_000, 1) }, { frameMs: 32 })) {
      await new Promise<void>((resolve) => clock.after(32, resolve));
      yield { type: 'audio', frame };
    }
  }
  const listening = (async () => {
    for await (const event of vad.detect(request({ audio: inTime(), sampleRate: 16_000, clock }))) {
      if (event.type === 'window') heardAt.push(clock.now() - event.atMs);
    }
  })();
  // Something else that moves the clock on.
  const tick = (): void => {
    if (clock.now() < 2000) clock.after(1, tick);
  };
  tick();
  await clock.runUntil(listening);
  expect(heardAt).toEqual(Array.from({ length: 31 }, () => 32));
  await clock.runUntilIdle();
});

test('a thousand calls opened and left, leave nothing behind', async () => {
  const shared = new AbortController();
  const clock = new VirtualClock();
  // The test runner's own timers come and go.
  const resources = () =>
    process
      .getActiveResourcesInfo()
      .filter((type) => type !== 'Timeout')
      .toSorted();
  const cycle = async () => {
    const audio = toAudio(toFrames({ sampleRate: 16_000, samples: noise(1024, 1) }));
    for await (const event of vad.detect(request({ audio, sampleRate: 16_000, signal: shared.signal, clock })))
      if (event.type === 'window') break;
  };
  await cycle();
  const before = resources();
  for (let count = 0; count < 1000; count += 1) await cycle();
  expect(resources()).toEqual(before);
  clock.assertIdle();
  expect(getEventListeners(shared.signal, 'abort')).toEqual([]);
});

test('closing an instance ends its calls quietly, and those of others go on', async () => {
  const mine = createSilero();
  const { seen, audio } = stalledAudio();
  const next = mine
    .detect(request({ audio, sampleRate: 16_000 }))
    [Symbol.asyncIterator]()
    .next();
  const theirs = hear(vad, speech16());
  await mine.prewarm?.({ signal: new AbortController().signal, clock: new VirtualClock() });
  await Promise.all([mine.close?.(), mine.close?.()]);
  expect(await next).toEqual({ done: true, value: undefined });
  expect(seen.isLeft).toBe(true);
  expect(againstTruth(await theirs)).toEqual(allFound);
});

test('a closed instance refuses further calls', async () => {
  const closed = createSilero();
  const unread = closed.detect(request({ audio: toAudio([]), sampleRate: 16_000 }));
  await closed.close?.();
  const refused = { kind: 'invalid-request', message: 'silero: this VAD has been closed: make another one for further calls' };
  expect(() => closed.detect(request({ audio: toAudio([]), sampleRate: 16_000 }))).toThrow(expect.objectContaining(refused));
  await expect(unread[Symbol.asyncIterator]().next()).rejects.toMatchObject(refused);
  await expect(closed.prewarm?.({ signal: new AbortController().signal, clock: new VirtualClock() })).rejects.toMatchObject(refused);
});

test('a prewarm that is aborted rejects with the reason', async () => {
  const controller = new AbortController();
  const fresh = createSilero();
  const reason = new Error('enough');
  const warming = fresh.prewarm?.({ signal: controller.signal, clock: new VirtualClock() });
  controller.abort(reason);
  await expect(warming).rejects.toBe(reason);
  await expect(fresh.prewarm?.({ signal: controller.signal, clock: new VirtualClock() })).rejects.toBe(reason);
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  await fresh.close?.();
});

test('a prewarm leaves no listener, and one that was aborted before starts nothing', async () => {
  let started = 0;
  const workerUrl = new URL('./__fixtures__/frail-worker.mjs', import.meta.url);
  const counted = createSileroVAD({}, new SharedModel(() => ((started += 1), new ModelWorker({ workerUrl, modelPath: '5' }))));
  const controller = new AbortController();
  await counted.prewarm?.({ signal: controller.signal, clock: new VirtualClock() });
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  await counted.close?.();

  const late = createSileroVAD({}, new SharedModel(() => ((started += 1), new ModelWorker({ workerUrl, modelPath: '5' }))));
  controller.abort();
  await expect(late.prewarm?.({ signal: controller.signal, clock: new VirtualClock() })).rejects.toMatchObject({ name: 'AbortError' });
  expect(started).toBe(1);
  await late.close?.();
});

test('when the thread dies a waiting call gets a retryable error, and the next call a new thread', async () => {
  const workerUrl = new URL('./__fixtures__/frail-worker.mjs', import.meta.url);
  const frail = createSileroVAD({}, new SharedModel(() => new ModelWorker({ workerUrl, modelPath: '5' })));
  const long = { sampleRate: 16_000, samples: noise(16_000, 1) };
  await expect(hear(frail, long)).rejects.toMatchObject({ kind: 'connection', retryable: true });
  const short = { sampleRate: 16_000, samples: noise(5 * 512, 1) };
  expect(probabilities(await hear(frail, short))).toEqual([0.75, 0.75, 0.75, 0.75, 0.75]);
  await frail.close?.();
});

test('the manifest names the model, takes its alias, and refuses others', async () => {
  const { vad: kind } = parleyPlugin.kinds;
  for (const name of [kind.defaultModel, 'silero-vad'])
    expect(kind.create({ name })).toMatchObject({ kind: 'vad', provider: 'silero', model: 'silero-vad-6.2.3' });
  expect(() => kind.create({ name: 'silero-vad-2' })).toThrow('there is no model "silero-vad-2"');
  expect(vad.capabilities).toEqual({ sampleRates: [16_000, 8000], windowMs: 32 });
  expect(Object.isFrozen(vad.capabilities) && Object.isFrozen(vad.capabilities.sampleRates)).toBe(true);
});
