import type { AudioFrame, STT, STTEvent, STTInput, STTRequest } from '@parley/core/provider';
import { createDeferred } from '@parley/core/provider-kit';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { callRequest } from '../__fixtures__/call-request.js';
import { spokenFrames } from '../__fixtures__/spoken-frames.js';
import { createFliteTTS } from '../flite/flite-tts.js';
import { createGrammarSTT } from './grammar-stt.js';
import { type GrammarRequest, grammarWorker } from './grammar-worker-client.js';

const grammar = `#JSGF V1.0;
grammar desk;
public <sentence> = [hello] (can i | i would like to) book a table for <size> [people] on <day> [please]
  | what time do you open on <day> | (yes | no) [please] | please cancel my booking | (thank you | thanks) goodbye;
<day> = monday | friday | saturday | sunday;
<size> = two | three | four | five | six;`;

const tts = createFliteTTS();
const stt = createGrammarSTT({ grammar });
const opening: AudioFrame[] = [];
beforeAll(async () => {
  await stt.prewarm?.({ signal: new AbortController().signal, clock: callRequest().clock });
  opening.push(...(await spokenFrames(tts, { text: 'What time do you open on sunday?', atMs: 61_000 })));
}, 60_000);
afterAll(() => Promise.all([tts.close?.(), stt.close?.()]));

type Final = Extract<STTEvent, { readonly type: 'transcript-final' }>;

async function* audioOf(frames: readonly AudioFrame[]): AsyncGenerator<STTInput, void, void> {
  for (const frame of frames) yield { type: 'audio', frame };
}

async function hear(audio: AsyncIterable<STTInput>, overrides: Partial<STTRequest> = {}, ears: STT = stt): Promise<STTEvent[]> {
  const events: STTEvent[] = [];
  for await (const event of ears.transcribe({ ...callRequest(), audio, sampleRate: 16_000, ...overrides })) events.push(event);
  return events;
}
const finalsOf = (events: readonly STTEvent[]): Final[] => events.flatMap((event) => (event.type === 'transcript-final' ? [event] : []));
const finalText = async (text: string, voice: string) =>
  finalsOf(await hear(audioOf(await spokenFrames(tts, { text, voice })), { sessionId: voice })).map((final) => final.text);

test.each(['slt', 'rms', 'awb'])('sentences of the grammar are understood in the voice %s', async (voice) => {
  const sentences = [
    'hello can i book a table for four people on friday please',
    'what time do you open on sunday',
    'please cancel my booking',
    'thank you goodbye',
  ];
  for (const sentence of sentences) expect(await finalText(sentence, voice)).toEqual([sentence]);
});

test.each(['slt', 'rms', 'awb'])('sentences outside the grammar are reported as not understood in the voice %s', async (voice) => {
  for (const sentence of ['How much is the lobster?', 'Is there a car park in your street?', 'Maybe.']) {
    expect(await finalText(sentence, voice)).toEqual(['[not understood]']);
  }
});

test('the final has times on the line of the frames, and words within them', async () => {
  const [final] = finalsOf(await hear(audioOf(opening)));
  const end = 61_000 + opening.length * 20;
  expect(final).toMatchObject({ segmentId: 'utterance-1', text: 'what time do you open on sunday', language: 'en', endMs: end });
  expect(final?.words?.map((word) => word.text)).toEqual(['what', 'time', 'do', 'you', 'open', 'on', 'sunday']);
  expect(final?.startMs).toBe(final?.words?.[0]?.startMs);
  // 240 ms of silence, and 50 of the voice's own.
  expect(final?.startMs).toBeGreaterThan(61_200);
  expect(final?.startMs).toBeLessThan(61_400);
  const times = final?.words?.flatMap(({ startMs, endMs }) => [startMs, endMs]) ?? [];
  expect(times.every((time, index) => time >= (times[index - 1] ?? 0) && time <= end)).toBe(true);
});

test('interims grow from two words on, before the input has ended', async () => {
  let isEnded = false;
  const early: string[] = [];
  async function* audio() {
    yield* audioOf(opening);
    isEnded = true;
  }
  const events = stt.transcribe({ ...callRequest(), audio: audio(), sampleRate: 16_000 });
  for await (const event of events) if (event.type === 'transcript-interim' && !isEnded) early.push(event.text);
  expect(early).toContain('what time do you open');
  expect(early.every((text, index) => text.includes(' ') && text !== early[index - 1])).toBe(true);
});

test('audio is asked for only as it is taken', async () => {
  let asked = 0;
  const gate = createDeferred<void>();
  async function* audio(): AsyncGenerator<STTInput, void, void> {
    for (const frame of opening) {
      asked++;
      if (asked === 4) await gate.promise;
      yield { type: 'audio', frame };
    }
  }
  const heard = hear(audio());
  // A request of another session, answered after those before it.
  await finalText('yes', 'rms');
  expect(asked).toBe(4);
  gate.resolve();
  expect(finalsOf(await heard)).toHaveLength(1);
});

test.each<[string, readonly STTInput[], number]>([
  ['no audio', [], 0],
  ['a flush alone', [{ type: 'flush' }], 0],
  [
    'silence',
    Array.from({ length: 50 }, (_, index) => ({
      type: 'audio',
      frame: { samples: new Int16Array(320), sampleRate: 16_000, channels: 1, atMs: index * 20 },
    })),
    1000,
  ],
])('%s gives one empty final', async (_, inputs, endMs) => {
  async function* audio() {
    yield* inputs;
  }
  expect(finalsOf(await hear(audio()))).toEqual([{ type: 'transcript-final', segmentId: 'utterance-1', text: '', endMs }]);
});

test('a flush ends an utterance, and the next one begins', async () => {
  async function* audio(): AsyncGenerator<STTInput, void, void> {
    yield* audioOf(opening);
    yield { type: 'flush' };
    yield* audioOf(await spokenFrames(tts, { text: 'Yes please.', atMs: 70_000 }));
  }
  const finals = finalsOf(await hear(audio()));
  expect(finals.map(({ segmentId, text }) => [segmentId, text])).toEqual([
    ['utterance-1', 'what time do you open on sunday'],
    ['utterance-2', 'yes please'],
  ]);
  expect(finals[1]?.startMs).toBeGreaterThan(70_000);
});

test('an utterance without an end is ended after a minute', { timeout: 60_000 }, async () => {
  const second = { samples: new Int16Array(960), sampleRate: 16_000, channels: 1 };
  const frames = Array.from({ length: 1001 }, (_, index) => ({ ...second, atMs: index * 60 }));
  expect(finalsOf(await hear(audioOf(frames))).map(({ endMs }) => endMs)).toEqual([60_000, 60_060]);
});

test('calls at once do not mix, also if there are more of them than decoders', { timeout: 60_000 }, async () => {
  const texts = ['yes', 'no', 'yes please', 'no please', 'thanks goodbye', 'what time do you open on friday'];
  const spoken = await Promise.all(texts.map((text) => spokenFrames(tts, { text })));
  const heard = await Promise.all(spoken.map((frames, index) => hear(audioOf(frames), { sessionId: `at-once-${index}` })));
  expect(heard.map((events) => finalsOf(events).map(({ text }) => text))).toEqual(texts.map((text) => [text]));
});

test('what other callers say changes nothing for a session', { timeout: 60_000 }, async () => {
  const run = async (sessionId: string) => {
    const finals = [];
    for (const text of ['no', 'what time do you open on friday'])
      finals.push(...finalsOf(await hear(audioOf(await spokenFrames(tts, { text })), { sessionId })));
    return finals;
  };
  const first = await run('alone-1');
  const loud = opening.map((frame) => ({ ...frame, samples: frame.samples.map((sample) => sample * 1.5) }));
  for (let index = 0; index < 5; index++) await hear(audioOf(loud), { sessionId: `loud-${index}` });
  expect(await run('alone-2')).toEqual(first);
});

test('an aborted call ends quietly, and gives its decoders back', async () => {
  for (let index = 0; index < 6; index++) {
    const controller = new AbortController();
    async function* audio(): AsyncGenerator<STTInput, void, void> {
      yield* audioOf(opening.slice(0, 30));
      controller.abort();
      yield* audioOf(opening);
    }
    const events = await hear(audio(), { signal: controller.signal, sessionId: `aborted-${index}` });
    expect(finalsOf(events)).toEqual([]);
  }
  expect(finalsOf(await hear(audioOf(opening)))).toHaveLength(1);
});

test('a call that is aborted with nobody reading gives its decoders back, and so does one that waits for them', async () => {
  const controllers = Array.from({ length: 6 }, () => new AbortController());
  const streams = controllers.map(({ signal }, index) => {
    const audio = audioOf(opening);
    return stt.transcribe({ ...callRequest({ signal, sessionId: `unread-${index}` }), audio, sampleRate: 16_000 })[Symbol.asyncIterator]();
  });
  // Of these six, four hold decoders after their first interim and two wait for some.
  await Promise.all(streams.map((stream) => stream.next()));
  const interims = streams.map((stream) => stream.next());
  await Promise.all(interims.slice(0, 4));
  for (const controller of controllers) controller.abort();
  await Promise.all(interims);
  expect(finalsOf(await hear(audioOf(opening), { sessionId: 'after' }))).toHaveLength(1);
});

/** Settles when the worker has seen all that was posted before: requests are taken in their order. */
async function workerHasSeenAll(): Promise<void> {
  await using lease = grammarWorker.lease();
  await new Promise((resolve) => setImmediate(resolve));
  await lease.ask({ type: 'audio', callKey: 'of no call', samples: new Int16Array(0) }, new AbortController().signal);
}

test('a call that gives up waiting for decoders leaves its place to the next', async () => {
  const gates = Array.from({ length: 4 }, () => createDeferred<void>());
  const holders = gates.map(async (gate, index) => {
    async function* audio() {
      yield* audioOf(opening.slice(0, 6));
      await gate.promise;
    }
    return hear(audio(), { sessionId: `holder-${index}` });
  });
  await workerHasSeenAll();
  const controller = new AbortController();
  const givenUp = hear(audioOf(opening), { signal: controller.signal, sessionId: 'given up' });
  await workerHasSeenAll();
  const next = hear(audioOf(opening), { sessionId: 'next' });
  await workerHasSeenAll();
  controller.abort();
  expect(finalsOf(await givenUp)).toEqual([]);
  gates[0]?.resolve();
  expect(finalsOf(await next)).toHaveLength(1);
  for (const gate of gates) gate.resolve();
  await Promise.all(holders);
});

const prewarm = (ears: STT) => ears.prewarm?.({ signal: new AbortController().signal, clock: callRequest().clock });

test('words that the dictionary lacks are named', async () => {
  const odd = createGrammarSTT({ grammar: '#JSGF V1.0; grammar a; public <b> = hello parleyy | blorbing;' });
  const message = "local: the dictionary of the recogniser lacks 'parleyy', 'blorbing': use other words, or give `pronunciations` for them";
  await expect(prewarm(odd)).rejects.toMatchObject({ kind: 'invalid-request', retryable: false, message });
  await expect(hear(audioOf(opening), {}, odd)).rejects.toMatchObject({ message });
  await odd.close?.();
});

test('a word with a pronunciation of its own is understood', async () => {
  const odd = createGrammarSTT({
    grammar: '#JSGF V1.0; grammar a; public <b> = hello parleyy please | no;',
    pronunciations: { parleyy: 'P AA R L IY' },
  });
  const frames = await spokenFrames(tts, { text: 'Hello parley please.' });
  expect(finalsOf(await hear(audioOf(frames), {}, odd))).toMatchObject([{ text: 'hello parleyy please' }]);
  await odd.close?.();
});

test('a grammar that cannot be read fails with what the recogniser says of it', async () => {
  const broken = createGrammarSTT({ grammar: '#JSGF V1.0; grammar a; public <b> = hello (;' });
  await expect(prewarm(broken)).rejects.toMatchObject({ kind: 'invalid-request', message: expect.stringContaining('syntax error') });
  await broken.close?.();
});

test('what cannot be heard is refused', async () => {
  expect(() => stt.transcribe({ ...callRequest(), audio: audioOf([]), sampleRate: 8000 })).toThrow(/hears 16000 Hz, not 8000/);
  const stereo = [{ samples: new Int16Array(640), sampleRate: 16_000, channels: 2, atMs: 0 }];
  await expect(hear(audioOf(stereo))).rejects.toMatchObject({
    kind: 'invalid-request',
    message: expect.stringContaining('2 channel(s) at 16000 Hz'),
  });
});

test('another text for rejected speech may be given', async () => {
  const polite = createGrammarSTT({ grammar, rejectedText: 'pardon' });
  const frames = await spokenFrames(tts, { text: 'How much is the lobster?' });
  expect(finalsOf(await hear(audioOf(frames), {}, polite))).toMatchObject([{ text: 'pardon' }]);
  await polite.close?.();
});

/** Lets a request through that the worker chokes on. */
const isRequest = (value: unknown): value is GrammarRequest => typeof value === 'object';

test('a worker that crashes in the middle of an utterance fails the call as a connection, and the next one starts another', async () => {
  await using lease = grammarWorker.lease();
  let sent = 0;
  async function* audio(): AsyncGenerator<STTInput, void, void> {
    yield* audioOf(opening.slice(0, 30));
    const choking: unknown = { type: 'choke' };
    if (!isRequest(choking)) throw new Error('the guard lets it through');
    await expect(lease.ask(choking, new AbortController().signal)).rejects.toMatchObject({ kind: 'connection' });
    for (const frame of opening.slice(30)) {
      sent++;
      yield { type: 'audio', frame };
    }
  }
  await expect(hear(audio())).rejects.toMatchObject({
    name: 'APIConnectionError',
    retryable: true,
    message: expect.stringContaining('in the middle of an utterance'),
  });
  expect(sent).toBeLessThanOrEqual(3);
  expect(finalsOf(await hear(audioOf(opening)))).toHaveLength(1);
});

test('closing an instance ends its calls as an abort would', async () => {
  const other = createGrammarSTT({ grammar });
  async function* audio(): AsyncGenerator<STTInput, void, void> {
    yield* audioOf(opening.slice(0, 30));
    await other.close?.();
    yield* audioOf(opening.slice(30));
  }
  expect(finalsOf(await hear(audio(), {}, other))).toEqual([]);
  await other.close?.();
  expect(() => other.transcribe({ ...callRequest(), audio: audioOf([]), sampleRate: 16_000 })).toThrow(/was closed/);
  await expect(prewarm(other)).rejects.toThrow(/was closed/);
});

test.each([{ sampleRate: 8000 }, { language: 'de' }, { keyterms: ['Kettle'] }, { endpointingMs: 300 }])(
  'a call with what it cannot do is refused: %j',
  async (more) => {
    await expect(hear(audioOf([]), more)).rejects.toMatchObject({ kind: 'unsupported', retryable: false });
  },
);
