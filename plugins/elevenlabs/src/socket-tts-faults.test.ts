import { type Oddity, type Play, playVendor, type TTSHeard, type TTSStep } from '@parley/conformance/wire';
import { elevenLabsWires } from '@parley/conformance/wires';
import type { TTSInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { describe, expect, test } from 'vitest';
import { failureOf, readAll, segments, ttsRequest, until } from './__fixtures__/call-options.js';
import { createElevenLabs } from './index.js';

type TTSPlay = Play<TTSHeard, TTSStep>;
const wire = elevenLabsWires.multiContextSpeech;
const audio: TTSStep = { type: 'audio', samples: new Int16Array(2400).fill(7) };
const end: TTSStep = { type: 'segment-end' };
const saying =
  (...steps: readonly (TTSStep | Oddity)[]): TTSPlay =>
  async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') for (const step of steps) await call.send(step);
  };
const doing =
  (act: (connection: Extract<Parameters<TTSPlay>[0]['connection'], { readonly type: 'websocket' }>) => void): TTSPlay =>
  async ({ connection, heard }) => {
    for await (const one of heard) if (one.type === 'flush' && connection.type === 'websocket') act(connection);
  };
async function fails(play: TTSPlay): Promise<unknown> {
  await using played = await playVendor(wire, play);
  const tts = createElevenLabs(played.settings).tts();
  const failure = await failureOf(tts.synthesize(ttsRequest(segments('Hello.'))));
  await tts.close?.();
  expect(String(failure)).not.toMatch(/nobody|own words/);
  return failure;
}

describe('a socket that is refused', () => {
  test.each([
    { status: 401, fields: { name: 'APIStatusError', kind: 'authentication', status: 401, retryable: false, requestId: 'req_1' } },
    { status: 403, fields: { kind: 'authentication', retryable: false } },
    { status: 404, fields: { kind: 'status', status: 404, retryable: false } },
    { status: 429, fields: { kind: 'status', status: 429, retryable: true, retryAfterMs: 3000 } },
    { status: 503, fields: { kind: 'status', status: 503, retryable: true } },
  ])('with $status is an error of it, in one attempt', async ({ status, fields }) => {
    await using played = await playVendor(wire, () => {}, {
      gate: (connection) => {
        const { headers, body } = wire.errorBody(status);
        if (connection.type === 'websocket') connection.refuse(status, { ...headers, 'retry-after': '3' }, body);
        return undefined;
      },
    });
    const tts = createElevenLabs(played.settings).tts();
    const failure = await failureOf(tts.synthesize(ttsRequest(segments('Hello.', 'And more.'))));
    expect(failure).toMatchObject(fields);
    expect(String(failure)).not.toContain(played.apiKey);
    expect(played.record.requests).toHaveLength(1);
    await tts.close?.();
  });

  test('by nobody is a connection error, and the next call tries anew', async () => {
    const tts = createElevenLabs({ baseUrl: 'http://127.0.0.1:1', apiKey: 'key-of-nobody' }).tts();
    for (const _attempt of [1, 2]) {
      const failure = await failureOf(tts.synthesize(ttsRequest(segments('Hello.'))));
      expect(failure).toMatchObject({ name: 'APIConnectionError', retryable: true });
      expect(String(failure)).not.toContain('nobody');
    }
  });

  test('by silence is a timeout, on the call’s clock', async () => {
    await using played = await playVendor(wire, () => {}, { gate: () => undefined });
    const clock = new VirtualClock();
    const tts = createElevenLabs(played.settings).tts();
    const failure = failureOf(tts.synthesize(ttsRequest(segments('Hello.'), { clock })));
    await until(() => played.record.requests.length === 1);
    await clock.advance(5000);
    expect(await failure).toMatchObject({ name: 'APITimeoutError', retryable: true });
    clock.assertIdle();
  });
});

describe('speech that breaks off', () => {
  test.each([
    { code: 1000, fields: { name: 'APIConnectionError', retryable: true } },
    { code: 1008, fields: { kind: 'authentication', retryable: false } },
    { code: 1011, fields: { name: 'APIConnectionError', retryable: true } },
    { code: 1012, fields: { name: 'APIConnectionError', retryable: true } },
    { code: 4000, fields: { kind: 'invalid-request', retryable: false } },
  ])('by a close with $code is an error', async ({ code, fields }) => {
    expect(await fails(doing((connection) => connection.close(code, 'for key-of-nobody-5f3a')))).toMatchObject({
      ...fields,
      vendorCode: String(code),
    });
  });

  test('by a socket that is destroyed is one, too', async () => {
    expect(await fails(doing((connection) => connection.destroy()))).toMatchObject({
      name: 'APIConnectionError',
      retryable: true,
      vendorCode: '1006',
    });
  });

  test.each([
    { reason: 'authentication', fields: { kind: 'authentication', retryable: false, vendorCode: 'invalid_api_key' } },
    { reason: 'rate-limit', fields: { kind: 'status', retryable: true, vendorCode: 'too_many_concurrent_requests' } },
    { reason: 'invalid-request', fields: { kind: 'invalid-request', retryable: false } },
    { reason: 'server', fields: { kind: 'status', retryable: true, requestId: 'req_1' } },
  ] as const)('with an error of $reason is that error', async ({ reason, fields }) => {
    expect(await fails(saying(audio, { type: 'failure', reason }))).toMatchObject(fields);
  });

  test('since no text came for too long costs nothing: it is the vendor’s rule', async () => {
    const message = JSON.stringify({ message: 'x', error: 'input_timeout_exceeded', code: 1008, contextId: 'context-1' });
    expect(await fails(doing((connection) => connection.send(message)))).toMatchObject({ kind: 'expired', retryable: true });
  });

  test('takes what else is spoken on the socket with it, as a broken connection, and the next call has a new one', async () => {
    await using played = await playVendor(wire, async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        if (index === 0) await until(() => played.heard[1]?.some(({ type }) => type === 'flush') === true);
        if (index === 0) await call.send({ type: 'failure', reason: 'invalid-request' });
        if (index > 1) for (const step of [audio, end]) await call.send(step);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const [first, second] = await Promise.all(['One.', 'Two.'].map((text) => failureOf(tts.synthesize(ttsRequest(segments(text))))));
    expect(first).toMatchObject({ kind: 'invalid-request', retryable: false });
    expect(second).toMatchObject({ kind: 'connection', retryable: true });
    expect(await readAll(tts.synthesize(ttsRequest(segments('Three.'))))).toContainEqual({ type: 'segment-end', segmentId: '1' });
    expect(played.record.requests).toHaveLength(2);
    await tts.close?.();
  });

  test('before its text was complete is an error', async () => {
    const final = JSON.stringify({ isFinal: true, contextId: 'context-1' });
    await using played = await playVendor(wire, async ({ connection, heard }) => {
      for await (const one of heard) if (one.type === 'text' && connection.type === 'websocket') connection.send(final);
    });
    const tts = createElevenLabs(played.settings).tts();
    const text = new Channel<TTSInput>({ capacity: 4 });
    void text.push({ type: 'text', segmentId: '1', text: 'This is a whole sentence. And this' });
    expect(await failureOf(tts.synthesize(ttsRequest(text)))).toMatchObject({ kind: 'connection', retryable: true });
    // What still comes is for nobody, and opens nothing.
    void text.push({ type: 'text', segmentId: '2', text: 'This is a whole sentence. And this' });
    text.end();
    await readAll(text);
    expect(played.heard).toHaveLength(1);
    await tts.close?.();
  });
});

test('what is of a later version, broken, or far too large does no harm, to this speech or another', async () => {
  const odd: Oddity[] = [{ type: 'unknown' }, { type: 'malformed' }, { type: 'large', sizeBytes: 50_000_000 }];
  await using played = await playVendor(wire, saying(audio, ...odd, audio, end));
  const tts = createElevenLabs(played.settings).tts();
  const both = await Promise.all(['One.', 'Two.'].map((text) => readAll(tts.synthesize(ttsRequest(segments(text))))));
  for (const events of both) {
    const samples = events.flatMap((event) => (event.type === 'audio' ? Array.from(event.frame.samples) : []));
    expect(samples).toHaveLength(4800);
    expect(events.at(-1)).toEqual({ type: 'segment-end', segmentId: '1' });
  }
  expect(played.record.requests).toHaveLength(1);
  await tts.close?.();
});

describe('a call that cannot be made', () => {
  test('says so at once for a rate that the vendor does not speak at', () => {
    expect(() =>
      createElevenLabs()
        .tts()
        .synthesize(ttsRequest(segments('x'), { sampleRate: 48_000 })),
    ).toThrow('48000');
  });

  test('is a key that is missing, by the name of its variable, and no request', async () => {
    const tts = createElevenLabs({ apiKey: ' ' }).tts();
    const failure = await failureOf(tts.synthesize(ttsRequest(segments('Hello.'))));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).toContain('ELEVENLABS_API_KEY');
  });

  test('fails after the instance was closed, as do those under way', async () => {
    await using played = await playVendor(wire, saying(audio));
    const tts = createElevenLabs(played.settings).tts();
    const failing = failureOf(tts.synthesize(ttsRequest(segments('Hello.'))));
    await until(() => played.heard[0]?.some(({ type }) => type === 'flush') === true);
    await tts.close?.();
    await tts.close?.();
    expect(await failing).toMatchObject({ kind: 'connection' });
    expect(await failureOf(tts.synthesize(ttsRequest(segments('Hello.'))))).toMatchObject({ kind: 'connection', retryable: false });
  });
});

test('times before the first sample, or that run backwards, are brought into order', async () => {
  const times = (charStartTimesMs: readonly number[]) => ({ chars: ['H', 'i', ' '], charStartTimesMs, charDurationsMs: [1, -2, 1] });
  const send = (connection: { send(message: string): void }, alignment: object) =>
    connection.send(JSON.stringify({ contextId: 'context-1', audio: Buffer.alloc(960).toString('base64'), alignment }));
  for (const startsMs of [
    [-5, -4, -3],
    [9, 5, 0],
  ]) {
    await using played = await playVendor(wire, async (call) => {
      const { connection, heard } = call;
      for await (const one of heard) {
        if (one.type !== 'flush' || connection.type !== 'websocket') continue;
        send(connection, times(startsMs));
        await call.send(end);
      }
    });
    const tts = createElevenLabs(played.settings).tts();
    const events = await readAll(tts.synthesize(ttsRequest(segments('Hi.'))));
    await tts.close?.();
    const words = events.flatMap((event) => (event.type === 'word' ? [event] : []));
    expect(words).toHaveLength(1);
    for (const { startMs, endMs } of words) expect([startMs >= 0, endMs >= startMs]).toEqual([true, true]);
  }
});
