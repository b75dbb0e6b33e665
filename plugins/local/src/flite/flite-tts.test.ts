import { createHash } from 'node:crypto';
import type { TTSEvent, TTSInput, TTSRequest } from '@parley/core/provider';
import { createDeferred } from '@parley/core/provider-kit';
import { afterAll, expect, test } from 'vitest';
import { callRequest } from '../__fixtures__/call-request.js';
import { createFliteTTS, type FliteVoice } from './flite-tts.js';
import { type FliteRequest, fliteWorker } from './flite-worker-client.js';

const tts = createFliteTTS({ voice: 'slt' });
afterAll(() => tts.close?.());

async function* inputs(...items: readonly TTSInput[]) {
  yield* items;
}
const text = (segmentId: string, words: string): TTSInput => ({ type: 'text', segmentId, text: words });
const flush = (segmentId: string): TTSInput => ({ type: 'flush', segmentId });
const request = (items: AsyncIterable<TTSInput>, overrides: Partial<TTSRequest> = {}): TTSRequest => ({
  ...callRequest(),
  text: items,
  sampleRate: 16_000,
  ...overrides,
});

async function speak(items: readonly TTSInput[], overrides: Partial<TTSRequest> = {}, speaker = tts): Promise<TTSEvent[]> {
  const events: TTSEvent[] = [];
  for await (const event of speaker.synthesize(request(inputs(...items), overrides))) events.push(event);
  return events;
}
const say = (words: string, overrides: Partial<TTSRequest> = {}) => speak([text('a', words), flush('a')], overrides);

const framesOf = (events: readonly TTSEvent[]) => events.flatMap((event) => (event.type === 'audio' ? [event.frame] : []));
const samplesOf = (events: readonly TTSEvent[]) => framesOf(events).flatMap(({ samples }) => [...samples]);
const wordsOf = (events: readonly TTSEvent[]) => events.flatMap((event) => (event.type === 'word' ? [event] : []));
const hash = (events: readonly TTSEvent[]) =>
  createHash('sha256')
    .update(Int16Array.from(samplesOf(events)))
    .digest('hex');

test('a segment is spoken in frames of 20 ms, one after another, and ended once', async () => {
  const events = await say('Your table is booked.');
  const frames = framesOf(events);
  expect(events[0]).toEqual({ type: 'response-metadata', model: 'flite-slt' });
  expect(events.at(-1)).toEqual({ type: 'segment-end', segmentId: 'a' });
  expect(events.filter(({ type }) => type === 'segment-end')).toHaveLength(1);
  expect(frames.length).toBeGreaterThan(40);
  frames.forEach((frame, index) => {
    expect([frame.samples.length, frame.sampleRate, frame.channels, frame.atMs]).toEqual([320, 16_000, 1, index * 20]);
  });
});

test.each<FliteVoice>(['rms', 'slt', 'awb', 'kal', 'kal16'])('%s begins after 50 ms of silence and ends with 120', async (voice) => {
  const samples = samplesOf(await say('Your table is booked.', { voice }));
  const threshold = Math.max(...samples.map(Math.abs)) / 100;
  const isSound = (sample: number) => Math.abs(sample) > threshold;
  expect(samples.findIndex(isSound) / 16).toBeCloseTo(50, 0);
  const silenceAfterMs = (samples.length - 1 - samples.findLastIndex(isSound)) / 16;
  expect(silenceAfterMs).toBeGreaterThanOrEqual(119);
  expect(silenceAfterMs).toBeLessThan(141);
});

test('a voice made at half the rate is neither faster nor higher', async () => {
  const [half, full] = [await say('Your table is booked.', { voice: 'kal' }), await say('Your table is booked.', { voice: 'kal16' })];
  expect(framesOf(half).length / framesOf(full).length).toBeCloseTo(1, 1);
});

test('several segments in one call come in order, an empty one too', async () => {
  const events = await speak([text('a', 'Yes.'), flush('a'), flush('b'), text('c', ' 🙂 '), flush('c'), text('d', 'No.'), flush('d')]);
  const order = events.flatMap((event) => ('segmentId' in event ? [`${event.type} ${event.segmentId}`] : []));
  expect(
    order.filter(
      (entry, index) =>
        entry.startsWith('segment-end') || (entry.startsWith('audio') && entry !== order[index - 1] && index === order.indexOf(entry)),
    ),
  ).toEqual(['audio a', 'segment-end a', 'segment-end b', 'segment-end c', 'audio d', 'segment-end d']);
  expect(framesOf(events.filter((event) => 'segmentId' in event && event.segmentId === 'd'))[0]?.atMs).toBe(0);
});

test('the first sentence of a segment is spoken before its flush', async () => {
  const held = createDeferred<void>();
  async function* slowly() {
    yield text('a', 'Thank you for ');
    yield text('a', 'calling. Your');
    await held.promise;
    yield text('a', ' table is booked.');
    yield flush('a');
  }
  const events: TTSEvent[] = [];
  for await (const event of tts.synthesize(request(slowly()))) {
    events.push(event);
    // Would never come if the first sentence waited for the rest.
    if (event.type === 'word' && event.text === 'calling.') held.resolve();
  }
  const written = 'Thank you for calling. Your table is booked.';
  expect(wordsOf(events).map((word) => written.slice(word.inputStart, word.inputEnd))).toEqual(written.split(' '));
  expect(framesOf(events).map(({ atMs }) => atMs)).toEqual(framesOf(events).map((_, index) => index * 20));
});

test('words have the offsets of the text as written, and times in order within the audio', async () => {
  const written = 'At $5, Dr. Smith’s e-mail is €25 & “50%” off —\nsee example.com at 10:30! Mr. O’Hara won’t.';
  const events = await say(written);
  const words = wordsOf(events);
  expect(words.map((word) => word.text)).toEqual(written.split(/\s+/).filter((word) => word !== '—'));
  let endMs = 0;
  for (const word of words) {
    expect(written.slice(word.inputStart, word.inputEnd)).toBe(word.text);
    expect(word.startMs).toBeGreaterThanOrEqual(endMs);
    expect(word.endMs).toBeGreaterThan(word.startMs);
    endMs = word.endMs;
  }
  expect(endMs).toBeLessThan(framesOf(events).length * 20);
});

test('words come while the audio is read, not after it', async () => {
  await using lease = fliteWorker.lease();
  const types: string[] = [];
  const segment = inputs(text('a', 'I would like to book a table for four people.'), flush('a'));
  for await (const event of tts.synthesize(request(segment))) {
    types.push(event.type);
    // Requests are answered in their order: after this one, the words are known.
    if (types.length === 2) await lease.ask({ type: 'phones', words: ['last'] }, new AbortController().signal);
  }
  expect(types.indexOf('word')).toBe(2);
  expect(types.lastIndexOf('word')).toBeLessThan(types.lastIndexOf('audio'));
});

test('the same text gives the same samples, whatever was said before', async () => {
  const first = hash(await say('See you on Friday.'));
  await Promise.all([say('Something else.'), say('And a third.', { voice: 'rms' })]);
  expect(hash(await say('See you on Friday.'))).toBe(first);
  expect(hash(await say('See you on Friday.', { voice: 'rms' }))).not.toBe(first);
});

test('calls at once on one instance do not mix', async () => {
  const sentences = ['One.', 'Two and two.', 'Three and three and three.', 'Goodbye.'];
  const alone: string[] = [];
  for (const sentence of sentences) alone.push(hash(await say(sentence)));
  expect((await Promise.all(sentences.map((sentence) => say(sentence)))).map(hash)).toEqual(alone);
});

test.each([
  ['an option', '-v'],
  ['a file name', '/etc/hostname'],
  ['one letter', 'a'],
  ['a long word', 'x'.repeat(100)],
])('text that looks like %s is spoken', async (_, words) => {
  expect(framesOf(await say(words)).length).toBeGreaterThan(10);
});

test.each<[string, Partial<TTSRequest>, RegExp]>([
  ['another sample rate', { sampleRate: 24_000 }, /speaks at 16000 Hz, not at 24000/],
  ['another language', { language: 'de-DE' }, /speaks English, not 'de-DE'/],
  ['another voice', { voice: 'nova' }, /no voice 'nova': choose one of rms, slt, awb, kal, kal16/],
])('%s is refused at once', (_, overrides, message) => {
  expect(() => tts.synthesize(request(inputs(), overrides))).toThrow(message);
});

test('a segment that is too long fails the call', async () => {
  await expect(say('x'.repeat(10_001))).rejects.toMatchObject({ kind: 'invalid-request', retryable: false });
});

test('a segment that begins before the last one was flushed fails the call', async () => {
  await expect(speak([text('a', 'Yes'), text('b', 'No')])).rejects.toThrow("segment 'b' began before segment 'a' was flushed");
});

test('an aborted call ends quietly, while it reads and while nobody reads', async () => {
  const controller = new AbortController();
  const events: string[] = [];
  for await (const event of tts.synthesize(request(inputs(text('a', 'One. Two. Three.'), flush('a')), { signal: controller.signal }))) {
    events.push(event.type);
    if (event.type === 'audio') controller.abort();
  }
  expect(events).toEqual(['response-metadata', 'audio']);
  const unread = new AbortController();
  const iterator = tts.synthesize(request(inputs(text('a', 'One. Two.'), flush('a')), { signal: unread.signal }))[Symbol.asyncIterator]();
  await iterator.next();
  await iterator.next();
  unread.abort();
  await expect(iterator.next()).resolves.toEqual({ done: true, value: undefined });
});

test('a call that waits for the worker can be aborted', async () => {
  const controller = new AbortController();
  const others = Promise.all(Array.from({ length: 3 }, () => say('One moment please.')));
  const waiting = speak([text('a', 'Never said.'), flush('a')], { signal: controller.signal });
  setImmediate(() => controller.abort());
  expect(framesOf(await waiting)).toEqual([]);
  await others;
});

/** Lets a request through that the worker chokes on. */
const isRequest = (value: unknown): value is FliteRequest => typeof value === 'object';

test('a worker that crashes fails the call under way as a connection, and the next one starts another', async () => {
  const lease = fliteWorker.lease();
  const choking: unknown = { type: 'phones' };
  if (!isRequest(choking)) throw new Error('the guard lets it through');
  const crash = lease.ask(choking, new AbortController().signal);
  const underWay = say('A sentence that is under way.');
  await expect(crash).rejects.toMatchObject({ kind: 'connection', retryable: true });
  await expect(underWay).rejects.toMatchObject({ name: 'APIConnectionError', retryable: true });
  expect(framesOf(await say('Hello again.')).length).toBeGreaterThan(10);
  await lease[Symbol.asyncDispose]();
});

test('closing an instance ends its calls as an abort would, leaves those of others, and is harmless twice', async () => {
  const other = createFliteTTS({ voice: 'rms' });
  const stream = speak([text('a', 'This is never finished.'), flush('a')], {}, other);
  await other.close?.();
  await other.close?.();
  expect(framesOf(await stream)).toEqual([]);
  expect(() => other.synthesize(request(inputs()))).toThrow(/was closed/);
  await expect(other.prewarm?.({ signal: new AbortController().signal, clock: callRequest().clock })).rejects.toThrow(/was closed/);
  expect(framesOf(await say('Still here.')).length).toBeGreaterThan(10);
});

test('a prewarm that is aborted rejects with the reason', async () => {
  const controller = new AbortController();
  const reason = new Error('no longer wanted');
  controller.abort(reason);
  await expect(tts.prewarm?.({ signal: controller.signal, clock: callRequest().clock })).rejects.toBe(reason);
});
