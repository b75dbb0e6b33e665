import type { LoopbackRecord } from '@parley/conformance/loopback';
import { type Oddity, type Play, playVendor, type TTSHeard, type TTSStep } from '@parley/conformance/wire';
import { elevenLabsWires } from '@parley/conformance/wires';
import type { TTSEvent, TTSInput } from '@parley/core/provider';
import { AbortError, Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { describe, expect, test } from 'vitest';
import { failureOf, readAll, segments, ttsRequest, until } from './__fixtures__/call-options.js';
import { createElevenLabs } from './index.js';

type TTSPlay = Play<TTSHeard, TTSStep>;
const ramp = (length: number, from = 0) => Int16Array.from({ length }, (_, index) => (from + index) % 30_000);
/** Says this when the text of a segment is complete. */
const saying =
  (...steps: readonly (TTSStep | Oddity)[]): TTSPlay =>
  async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') for (const step of steps) await call.send(step);
  };
const speak = (durationMs: number, from = 0): TTSStep => ({ type: 'audio', samples: ramp(durationMs * 24, from) });
const end: TTSStep = { type: 'segment-end' };
const vendor = (play: TTSPlay) => playVendor(elevenLabsWires.multiContextSpeech, play);
const samplesOf = (events: readonly TTSEvent[], segmentId: string) =>
  events.flatMap((event) => (event.type === 'audio' && event.segmentId === segmentId ? Array.from(event.frame.samples) : []));
const kinds = (events: readonly TTSEvent[]) =>
  events
    .map((event) => ('segmentId' in event ? `${event.type} ${event.segmentId}` : event.type))
    .filter((kind, index, all) => kind !== all[index - 1]);
const sent = ({ record }: { readonly record: LoopbackRecord }): readonly unknown[] =>
  record.frames.flatMap(({ from, text }): unknown[] => (from === 'plugin' ? [JSON.parse(text ?? '')] : []));

describe('speech over the shared socket', () => {
  test('comes whole, however its samples are cut, with its receipts', async () => {
    await using played = await vendor(saying(speak(500), end));
    const tts = createElevenLabs(played.settings).tts('flash-v2.5');
    const events = await readAll(tts.synthesize(ttsRequest(segments('Hello there.'))));
    expect(kinds(events)).toEqual(['response-metadata', 'audio 1', 'usage', 'segment-end 1']);
    expect(samplesOf(events, '1')).toEqual(Array.from(ramp(12_000)));
    expect(events[0]).toEqual({ type: 'response-metadata', requestId: 'req_1', model: 'eleven_flash_v2_5' });
    expect(events).toContainEqual({ type: 'usage', usage: { characters: 12 } });
    await tts.close?.();
    expect(played.record.requests).toMatchObject([{ path: '/v1/text-to-speech/JBFqnCBsd6RMkjVDRZzb/multi-stream-input' }]);
    expect(played.record.requests[0]?.headers['xi-api-key']).toBe(played.apiKey);
    expect(played.record.requests[0]?.query).not.toContain(played.apiKey);
    expect(played.record.failures).toEqual([]);
  });

  test('keeps the order of segments, though the vendor speaks two at a time', async () => {
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        // The later one is over before this one has begun.
        if (index === 0) await until(() => played.record.frames.some(({ text }) => text?.includes('"isFinal":true') === true));
        await call.send(speak(100, index * 5000));
        await call.send(end);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const events = await readAll(tts.synthesize(ttsRequest(segments('One is first.', '...', 'Three is last.'))));
    expect(kinds(events).filter((kind) => kind !== 'usage')).toEqual([
      'response-metadata',
      'audio 1',
      'segment-end 1',
      'segment-end 2',
      'audio 3',
      'segment-end 3',
    ]);
    expect(samplesOf(events, '3')[0]).toBe(5000);
    expect(played.record.requests).toHaveLength(1);
    await tts.close?.();
  });

  test('goes out by the sentence, and as it comes where the vendor is to gather it', async () => {
    async function* pieces(): AsyncGenerator<TTSInput> {
      for (const text of ['This is a sen', 'tence of its own. And', ' this is another.']) yield { type: 'text', segmentId: 'a', text };
      yield { type: 'flush', segmentId: 'a' };
    }
    await using played = await vendor(saying(speak(20), end));
    const elevenLabs = createElevenLabs(played.settings);
    for (const options of [{}, { chunkLengthSchedule: [50, 120] }]) {
      const tts = elevenLabs.tts('flash-v2.5', options);
      await readAll(tts.synthesize(ttsRequest(pieces())));
      await tts.close?.();
    }
    const texts = played.heard.map((heard) => heard.flatMap((one) => (one.type === 'text' ? [one.text] : [])));
    expect(texts).toEqual([
      ['This is a sentence of its own. ', 'And this is another. '],
      ['This is a sen', 'tence of its own. And', ' this is another.'],
    ]);
    expect(played.record.requests.map(({ query }) => new URLSearchParams(query).get('auto_mode'))).toEqual(['true', 'false']);
  });

  test('takes long texts, empty ones, and whatever characters they have', async () => {
    const long = 'This is one of many sentences. '.repeat(3300);
    await using played = await vendor(saying(speak(20), end));
    const tts = createElevenLabs(played.settings).tts();
    const events = await readAll(tts.synthesize(ttsRequest(segments(long, '', 'a\u0000\u001b"\\\ud800\u2028b'))));
    expect(events.filter(({ type }) => type === 'segment-end')).toHaveLength(3);
    const texts = played.heard.map((heard) => heard.flatMap((one) => (one.type === 'text' ? [one.text] : [])).join(''));
    expect(texts).toEqual([long, 'a\u0000\u001b"\\\ud800\u2028b ']);
    await tts.close?.();
  });

  test('is asked for with the call’s voice and language, and the settings of the voice', async () => {
    await using played = await vendor(saying(speak(20), end));
    const tts = createElevenLabs(played.settings).tts('flash-v2.5', { voice: 'a', voiceSettings: { stability: 0.4, speed: 1.1 } });
    await readAll(tts.synthesize(ttsRequest(segments('Hallo.'), { language: 'de-AT', sampleRate: 16_000 })));
    await readAll(tts.synthesize(ttsRequest(segments('Hello.'), { voice: 'b/c' })));
    await tts.close?.();
    expect(played.heard.map(([settings]) => settings)).toEqual([
      { type: 'settings', sampleRate: 16_000, model: 'eleven_flash_v2_5', voice: 'a', language: 'de' },
      { type: 'settings', sampleRate: 24_000, model: 'eleven_flash_v2_5', voice: 'b/c' },
    ]);
    expect(sent(played)[0]).toEqual({ text: ' ', voice_settings: { stability: 0.4, speed: 1.1 }, context_id: 'context-1' });
  });
});

test('words have their times and their place in the text', async () => {
  const words = [
    { text: 'It', startMs: 0, endMs: 100, inputStart: 0, inputEnd: 2 },
    { text: 'costs', startMs: 120, endMs: 300, inputStart: 3, inputEnd: 8 },
    { text: 'five dollars', startMs: 320, endMs: 600, inputStart: 9, inputEnd: 11 },
    { text: '🙂', startMs: 600, endMs: 700, inputStart: 12, inputEnd: 14 },
    { text: 'now.', startMs: 900, endMs: 990, inputStart: 15, inputEnd: 19 },
  ];
  const [head, tail] = [words.slice(0, 2), words.slice(2)];
  await using played = await vendor(saying({ type: 'words', words: head }, speak(300), { type: 'words', words: tail }, speak(700), end));
  const tts = createElevenLabs(played.settings).tts();
  const events = await readAll(tts.synthesize(ttsRequest(segments('It costs $5 🙂 now.'))));
  await tts.close?.();
  const found = events.filter((event) => event.type === 'word');
  expect(found.map(({ text, inputStart, inputEnd }) => [text, inputStart, inputEnd])).toEqual([
    ['It', 0, 2],
    ['costs', 3, 8],
    ['$5', 9, 11],
    ['🙂', 12, 14],
    ['now.', 15, 19],
  ]);
  for (const [index, { startMs, endMs }] of found.entries()) {
    expect(Math.abs(startMs - (words[index]?.startMs ?? 0))).toBeLessThanOrEqual(1);
    expect(Math.abs(endMs - (words[index]?.endMs ?? 0))).toBeLessThanOrEqual(1);
  }
});

describe('the socket', () => {
  test('serves one utterance after another, without a new handshake, also after an interruption', async () => {
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        await call.send(speak(100));
        if (index > 0) await call.send(end);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const controller = new AbortController();
    const reader = tts.synthesize(ttsRequest(segments('Never heard to its end.'), { signal: controller.signal }))[Symbol.asyncIterator]();
    await reader.next();
    await reader.next();
    controller.abort(new AbortError());
    expect(await readAll({ [Symbol.asyncIterator]: () => reader })).toEqual([{ type: 'usage', usage: { characters: 23 } }]);
    await until(() => played.heard[0]?.some(({ type }) => type === 'cancel') === true);
    for (const text of ['The second.', 'The third.'])
      expect(kinds(await readAll(tts.synthesize(ttsRequest(segments(text)))))).toContain('segment-end 1');
    expect(played.record.requests).toHaveLength(1);
    expect(sent(played)).toContainEqual({ close_context: true, context_id: 'context-1' });
    await tts.close?.();
  });

  test('leaves other speech on it alone when one is interrupted, though nobody reads it', async () => {
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        await call.send(speak(1000));
        if (index === 1) await until(() => played.heard[0]?.some(({ type }) => type === 'cancel') === true);
        await call.send(speak(1000));
        if (index === 1) await call.send(end);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const controller = new AbortController();
    const first = tts.synthesize(ttsRequest(segments('One that is interrupted.'), { signal: controller.signal }))[Symbol.asyncIterator]();
    await first.next();
    const second = readAll(tts.synthesize(ttsRequest(segments('One that is not.'))));
    await until(() => played.heard.length === 2 && played.heard[1]?.some(({ type }) => type === 'flush') === true);
    controller.abort(new AbortError());
    expect(samplesOf(await second, '1')).toHaveLength(48_000);
    expect(played.record.requests).toHaveLength(1);
    await tts.close?.();
  });

  test('has room for five contexts, and the sixth finds another', async () => {
    const mayEnd = new Channel<true>({ capacity: 1 });
    await using played = await vendor(async (call) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        await until(() => mayEnd.isEnded);
        await call.send(speak(40));
        await call.send(end);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const calls = Array.from({ length: 12 }, () => readAll(tts.synthesize(ttsRequest(segments('All at once.')))));
    await until(() => played.heard.length === 12);
    mayEnd.end();
    for (const events of await Promise.all(calls)) expect(samplesOf(events, '1')).toHaveLength(960);
    expect(played.record.requests).toHaveLength(3);
    expect(played.record.failures).toEqual([]);
    await tts.close?.();
  });

  test('counts a context until the vendor says that it is over', async () => {
    // Four are interrupted, and the vendor goes on about them: with those, two more are too many for one socket.
    await using played = await vendor(saying(speak(40), end));
    const tts = createElevenLabs(played.settings).tts();
    const controller = new AbortController();
    const open = Array.from({ length: 4 }, () => {
      const text = new Channel<TTSInput>({ capacity: 4 });
      void text.push({ type: 'text', segmentId: '1', text: 'This one is left open. It is' });
      return tts
        .synthesize(ttsRequest(text, { signal: controller.signal }))
        [Symbol.asyncIterator]()
        .next();
    });
    await Promise.all(open);
    await Promise.all([1, 2].map(() => readAll(tts.synthesize(ttsRequest(segments('Another.'))))));
    expect(played.record.requests).toHaveLength(2);
    controller.abort(new AbortError());
    await tts.close?.();
  });

  test('is opened beforehand, and closed after 150 s without use', async () => {
    await using played = await vendor(saying(speak(40), end));
    const clock = new VirtualClock();
    const tts = createElevenLabs(played.settings).tts();
    await tts.prewarm?.({ signal: new AbortController().signal, clock });
    expect(played.record.requests).toHaveLength(1);
    await readAll(tts.synthesize(ttsRequest(segments('Hello.'), { clock })));
    expect(played.record.requests).toHaveLength(1);
    await clock.advance(150_000);
    clock.assertIdle();
    await readAll(tts.synthesize(ttsRequest(segments('Hello.'), { clock })));
    expect(played.record.requests).toHaveLength(2);
    await tts.close?.();
    clock.assertIdle();
  });

  test('keeps no process running while it waits', async () => {
    await using played = await vendor(saying(speak(40), end));
    const held = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const tts = createElevenLabs(played.settings).tts();
    await readAll(tts.synthesize(ttsRequest(segments('Hello.'))));
    // The vendor's end of it is in this process too.
    expect(held()).toBe(1);
    await tts.close?.();
  });

  test('that is opened for a call that is aborted meanwhile is not kept', async () => {
    await using played = await playVendor(elevenLabsWires.multiContextSpeech, saying(end), { gate: () => undefined });
    const controller = new AbortController();
    const tts = createElevenLabs(played.settings).tts();
    const read = readAll(tts.synthesize(ttsRequest(segments('Hello.'), { signal: controller.signal })));
    await until(() => played.record.requests.length === 1);
    controller.abort(new AbortError());
    expect(await read).toEqual([]);
  });

  test('that is given up with the call which opened it fails no call that comes at that moment', async () => {
    await using played = await playVendor(elevenLabsWires.multiContextSpeech, saying(speak(40), end), {
      gate: (connection, index) => (index === 0 ? undefined : connection),
    });
    const controller = new AbortController();
    const tts = createElevenLabs(played.settings).tts();
    const aborted = readAll(tts.synthesize(ttsRequest(segments('Hello.'), { signal: controller.signal })));
    await until(() => played.record.requests.length === 1);
    controller.abort(new AbortError());
    await tts.prewarm?.(ttsRequest(segments()));
    expect(await aborted).toEqual([]);
    expect(samplesOf(await readAll(tts.synthesize(ttsRequest(segments('Another.')))), '1')).toHaveLength(960);
    expect(played.record.requests).toHaveLength(2);
    await tts.close?.();
  });
});

test('a context that waits for text is kept alive on the call’s clock, until its text is complete', async () => {
  await using played = await vendor(saying(speak(40), end));
  const clock = new VirtualClock();
  const text = new Channel<TTSInput>({ capacity: 4 });
  void text.push({ type: 'text', segmentId: '1', text: 'This is a whole sentence. And' });
  const tts = createElevenLabs(played.settings).tts();
  const read = readAll(tts.synthesize(ttsRequest(text, { clock })));
  await until(() => played.heard[0]?.some(({ type }) => type === 'text') === true);
  await clock.advance(35_000);
  void text.push({ type: 'flush', segmentId: '1' });
  text.end();
  await read;
  expect(played.heard[0]?.filter(({ type }) => type === 'keep-alive')).toHaveLength(3);
  await tts.close?.();
  clock.assertIdle();
});

describe('a reader that is slow', () => {
  test('holds up nobody, and gets all in the end', async () => {
    await using played = await vendor(saying(speak(8000), end));
    const tts = createElevenLabs(played.settings).tts();
    const slow = tts.synthesize(ttsRequest(segments('Read late.', 'And this.')))[Symbol.asyncIterator]();
    await slow.next();
    for (let round = 0; round < 5; round += 1) {
      const events = await readAll(tts.synthesize(ttsRequest(segments('Read at once.'))));
      expect(samplesOf(events, '1')).toHaveLength(192_000);
    }
    const late = await readAll({ [Symbol.asyncIterator]: () => slow });
    expect([samplesOf(late, '1').length, samplesOf(late, '2').length]).toEqual([192_000, 192_000]);
    expect(played.record.requests).toHaveLength(1);
    await tts.close?.();
  });

  test('is told so once more than 30 s wait for it', async () => {
    await using played = await vendor(saying(...Array.from({ length: 40 }, () => speak(1000))));
    const tts = createElevenLabs(played.settings).tts();
    const slow = tts.synthesize(ttsRequest(segments('Never read.')))[Symbol.asyncIterator]();
    await slow.next();
    await until(() => played.heard[0]?.some(({ type }) => type === 'cancel') === true);
    expect(await failureOf({ [Symbol.asyncIterator]: () => slow })).toMatchObject({ kind: 'unsupported', retryable: false });
    await tts.close?.();
  });
});
