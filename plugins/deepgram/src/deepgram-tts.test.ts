import { deepgramWires } from '@parley/conformance/wires';
import { type Oddity, type Play, playVendor, type TTSHeard, type TTSStep } from '@parley/conformance/wire';
import type { TTSEvent, TTSInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { describe, expect, test } from 'vitest';
import { callOptions, failureOf, holds, inputs, readAll, readUntil, spoken, ttsRequest } from './__fixtures__/call-options.js';
import { createDeepgram } from './index.js';

type TTSPlay = Play<TTSHeard, TTSStep>;
const vendor = (play: TTSPlay) => playVendor(deepgramWires.speak, play);
const requestId = deepgramWires.speak.requestId;
/** A ramp of 30 ms that begins there. */
const ramp = (from: number) => Int16Array.from({ length: 720 }, (_sample, index) => from + index);
/** Each flushed segment is a ramp: of the first text from 1,000 on, of the second from 2,000. */
const speaking: TTSPlay = async (call) => {
  let flushes = 0;
  for await (const heard of call.heard) {
    if (heard.type !== 'flush') continue;
    flushes += 1;
    await call.send({ type: 'audio', samples: ramp(flushes * 1000) });
    await call.send({ type: 'segment-end' });
  }
};
const samplesOf = (events: readonly TTSEvent[], segmentId: string) =>
  events.flatMap((event) => (event.type === 'audio' && event.segmentId === segmentId ? [...event.frame.samples] : []));
const sentTo = (record: { readonly frames: readonly { readonly from: string; readonly text?: string }[] }) =>
  record.frames.flatMap(({ from, text }) => (from === 'plugin' && text !== undefined ? [/"type":"(\w+)"/.exec(text)?.[1]] : []));

describe('speech over sockets', () => {
  test('comes by the segment, in order, each with its end', async () => {
    await using played = await vendor(speaking);
    const tts = createDeepgram(played.settings).tts('aura-2-thalia-en');
    const events = await readAll(tts.synthesize(ttsRequest(spoken('Hello. ', ' … ', 'How are you?'))));
    expect(events.filter(({ type }) => type !== 'audio')).toEqual([
      { type: 'response-metadata', requestId, model: 'aura-2-thalia-en' },
      { type: 'usage', usage: { characters: 19 } },
      { type: 'segment-end', segmentId: 's1' },
      { type: 'segment-end', segmentId: 's2' },
      { type: 'segment-end', segmentId: 's3' },
    ]);
    expect(samplesOf(events, 's1')).toEqual([...ramp(1000)]);
    expect(samplesOf(events, 's3')).toEqual([...ramp(2000)]);
    await tts.close?.();
    expect(sentTo(played.record)).toEqual(['Speak', 'Flush', 'Speak', 'Flush', 'Clear', 'Close']);
  });

  test('needs no new handshake for the next utterance, nor after one that was interrupted', async () => {
    await using played = await vendor(async (call, index) => {
      if (index !== 1) return speaking(call, index);
      for await (const _heard of call.heard);
    });
    const tts = createDeepgram(played.settings).tts();
    await readAll(tts.synthesize(ttsRequest(spoken('One.'))));
    const controller = new AbortController();
    const interrupted = readAll(tts.synthesize(ttsRequest(spoken('Two.'), callOptions(controller.signal))));
    await holds(() => sentTo(played.record).filter((type) => type === 'Flush').length === 2);
    controller.abort(new DOMException('enough', 'AbortError'));
    expect(await interrupted).toEqual([{ type: 'usage', usage: { characters: 4 } }]);
    const events = await readAll(tts.synthesize(ttsRequest(spoken('Three.'))));
    expect(samplesOf(events, 's1')).toEqual([...ramp(1000)]);
    expect(played.record.requests).toHaveLength(1);
    expect(played.heard[1]?.map(({ type }) => type)).toEqual(['settings', 'text', 'flush', 'cancel']);
    await tts.close?.();
  });

  test('that is interrupted gives nothing of it to the next call', async () => {
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        await call.send({ type: 'audio', samples: ramp(index * 1000) });
        if (index > 0) await call.send({ type: 'segment-end' });
      }
    });
    const tts = createDeepgram(played.settings).tts();
    const controller = new AbortController();
    const reader = tts.synthesize(ttsRequest(spoken('One.'), callOptions(controller.signal)))[Symbol.asyncIterator]();
    await readUntil(reader, 'audio');
    controller.abort(new DOMException('enough', 'AbortError'));
    const events = await readAll(tts.synthesize(ttsRequest(spoken('Two.'))));
    expect(samplesOf(events, 's1')).toEqual([...ramp(1000)]);
    await tts.close?.();
  });

  test('of two calls at once does not mix', async () => {
    await using played = await vendor(async (call) => {
      let from = 0;
      for await (const heard of call.heard) {
        if (heard.type === 'text') from = heard.text.length * 1000;
        if (heard.type === 'flush') await call.send({ type: 'audio', samples: ramp(from) });
        if (heard.type === 'flush') await call.send({ type: 'segment-end' });
      }
    });
    const tts = createDeepgram(played.settings).tts();
    const [short, long] = await Promise.all(['Hi.', 'Hello.'].map((text) => readAll(tts.synthesize(ttsRequest(spoken(text))))));
    expect(samplesOf(short ?? [], 's1')).toEqual([...ramp(3000)]);
    expect(samplesOf(long ?? [], 's1')).toEqual([...ramp(6000)]);
    await tts.close?.();
  });

  test('keeps to the flushes that the vendor takes in a minute, by going on over another connection', async () => {
    const clock = new VirtualClock();
    await using played = await vendor(speaking);
    const tts = createDeepgram(played.settings).tts();
    const texts = Array.from({ length: 45 }, (_text, index) => `Sentence ${index}.`);
    const events = await readAll(tts.synthesize(ttsRequest(spoken(...texts), { clock })));
    expect(events.flatMap((event) => (event.type === 'segment-end' ? [event.segmentId] : []))).toEqual(
      texts.map((_text, index) => `s${index + 1}`),
    );
    expect(played.heard.map((heard) => heard.filter(({ type }) => type === 'flush').length)).toEqual([20, 20, 5]);
    await tts.close?.();
    expect(clock.pendingTimers).toBe(0);
  });

  test('cuts a long text into messages that the vendor takes, between words', async () => {
    await using played = await vendor(speaking);
    const tts = createDeepgram(played.settings).tts();
    const text = 'word '.repeat(20_000);
    await readAll(tts.synthesize(ttsRequest(spoken(text))));
    const said = played.heard[0]?.flatMap((heard) => (heard.type === 'text' ? [heard.text] : [])) ?? [];
    expect(said.join('')).toBe(text);
    expect(said.every((piece) => piece.endsWith(' '))).toBe(true);
    await tts.close?.();
  });

  test('leaves out text that is never flushed', async () => {
    await using played = await vendor(speaking);
    const tts = createDeepgram(played.settings).tts();
    const text = inputs<TTSInput>(
      { type: 'text', segmentId: 'a', text: 'One.' },
      { type: 'flush', segmentId: 'a' },
      { type: 'text', segmentId: 'b', text: 'Two.' },
    );
    const events = await readAll(tts.synthesize(ttsRequest(text)));
    expect(events.filter(({ type }) => type === 'segment-end')).toEqual([{ type: 'segment-end', segmentId: 'a' }]);
    await tts.close?.();
  });

  test('closes an idle connection after a while, in order', async () => {
    const clock = new VirtualClock();
    let closed: AbortSignal | undefined;
    await using played = await vendor((call, index) => {
      closed = call.connection.closed;
      return speaking(call, index);
    });
    const tts = createDeepgram(played.settings).tts();
    await tts.prewarm?.({ signal: new AbortController().signal, clock });
    await readAll(tts.synthesize(ttsRequest(spoken('One.'), { clock })));
    await holds(() => sentTo(played.record).includes('Clear') && clock.pendingTimers === 1);
    await clock.advance(29_000);
    expect(closed?.aborted).toBe(false);
    await clock.advance(1000);
    await holds(() => closed?.aborted === true);
    expect(sentTo(played.record).at(-1)).toBe('Close');
    expect(played.record.requests).toHaveLength(1);
  });

  test('ends quietly, and for good, when the instance is closed', async () => {
    await using played = await vendor(() => {});
    const tts = createDeepgram(played.settings).tts();
    const reading = readAll(tts.synthesize(ttsRequest(new Channel<TTSInput>({ capacity: 1 }))));
    await tts.close?.();
    await tts.close?.();
    expect(await reading).toEqual([]);
  });
});

describe('a failure of speech over sockets', () => {
  const failing = async (...steps: readonly (TTSStep | Oddity)[]) => {
    await using played = await vendor(async (call) => {
      for await (const heard of call.heard) if (heard.type === 'flush') for (const step of steps) await call.send(step);
    });
    const tts = createDeepgram(played.settings).tts();
    const failure = await failureOf(tts.synthesize(ttsRequest(spoken('Hello.'))));
    await tts.close?.();
    expect(String(failure)).not.toMatch(/nobody|own words/);
    return failure;
  };

  test('that the vendor tells, or that cannot be read, is of its kind', async () => {
    expect(await failing({ type: 'failure', reason: 'authentication' })).toMatchObject({ kind: 'authentication', retryable: false });
    expect(await failing({ type: 'failure', reason: 'server' })).toMatchObject({ kind: 'status', retryable: true });
    expect(await failing({ type: 'malformed' })).toMatchObject({ kind: 'protocol', retryable: true });
  });

  test.each(['close', 'destroy'] as const)('is a connection that ends (%s)', async (how) => {
    await using played = await vendor(async ({ heard, connection }) => {
      for await (const one of heard) {
        if (one.type !== 'flush' || connection.type !== 'websocket') continue;
        if (how === 'close') connection.close(1000);
        else connection.destroy();
      }
    });
    const tts = createDeepgram(played.settings).tts();
    const failure = await failureOf(tts.synthesize(ttsRequest(spoken('Hello.'))));
    expect(failure).toMatchObject({ name: 'APIConnectionError', retryable: true });
  });

  test('of a kept connection that the vendor has given up costs no attempt', async () => {
    await using played = await vendor(async (call, index) => {
      if (index === 0) return speaking(call, index);
      for await (const heard of call.heard) if (heard.type === 'text' && call.connection.type === 'websocket') call.connection.close(1000);
    });
    const tts = createDeepgram(played.settings).tts();
    await readAll(tts.synthesize(ttsRequest(spoken('One.'))));
    expect(await failureOf(tts.synthesize(ttsRequest(spoken('Two.'))))).toMatchObject({ kind: 'expired', retryable: true });
  });

  test('to open is of its status', async () => {
    await using played = await playVendor(deepgramWires.speak, () => {}, {
      gate: (connection) => {
        if (connection.type === 'websocket') connection.refuse(401);
        return undefined;
      },
    });
    const tts = createDeepgram(played.settings).tts();
    expect(await failureOf(tts.synthesize(ttsRequest(spoken('Hello.'))))).toMatchObject({ kind: 'authentication', status: 401 });
  });

  test('is a flush that was ignored; another warning is logged and no more', async () => {
    const warn =
      (code: string): TTSPlay =>
      async (call) => {
        const { heard, connection } = call;
        for await (const one of heard) {
          if (one.type !== 'flush' || connection.type !== 'websocket') continue;
          connection.send(JSON.stringify({ type: 'Warning', code, description: 'the words of a caller' }));
          await call.send({ type: 'segment-end' });
        }
      };
    await using limited = await vendor(warn('EXCESSIVE_FLUSH'));
    const tts = createDeepgram(limited.settings).tts();
    expect(await failureOf(tts.synthesize(ttsRequest(spoken('Hello.'))))).toMatchObject({ kind: 'status', retryable: true });
    await using warned = await vendor(warn('SLOW'));
    const lines: unknown[] = [];
    const other = createDeepgram(warned.settings).tts();
    const logger = { log: (...line: readonly unknown[]) => void lines.push(line) };
    await readAll(other.synthesize(ttsRequest(spoken('Hello.'), { logger })));
    expect(lines).toEqual([['warn', 'deepgram: the vendor warns', { code: 'SLOW' }]]);
    await other.close?.();
  });

  test('is a rate, a speed or a key that cannot be', async () => {
    const tts = createDeepgram({ apiKey: ' ', baseUrl: 'http://127.0.0.1:9' }).tts();
    expect(() => tts.synthesize(ttsRequest(spoken('a'), { sampleRate: 22_050 }))).toThrow('not at 22050');
    expect(() => createDeepgram().tts('aura-2-thalia-en', { speed: 2 })).toThrow('0.7 to 1.5');
    expect(String(await failureOf(tts.synthesize(ttsRequest(spoken('Hello.')))))).toContain('DEEPGRAM_API_KEY');
  });
});
