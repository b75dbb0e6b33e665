import { deepgramWires } from '@parley/conformance/wires';
import { type Oddity, type Play, playVendor, type STTHeard, type STTStep } from '@parley/conformance/wire';
import type { STTInput } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { describe, expect, test } from 'vitest';
import { audioAt, callOptions, failureOf, frameAt, holds, inputs, readAll, sttRequest } from './__fixtures__/call-options.js';
import { createDeepgram } from './index.js';

type STTPlay = Play<STTHeard, STTStep>;
const vendor = (play: STTPlay) => playVendor(deepgramWires.listen, play);
const words = [
  { text: 'Hello,', startMs: 100, endMs: 300 },
  { text: 'you.', startMs: 350, endMs: 500 },
];
const hello = { text: 'Hello, you.', startMs: 0, endMs: 520, words } as const;
const requestId = deepgramWires.listen.requestId ?? '';

/** Says these once so much audio was heard, and is done when it has ended. */
const saying =
  (...steps: (STTStep | Oddity)[]): STTPlay =>
  async (call) => {
    for await (const heard of call.heard) {
      if (heard.type === 'audio') for (const step of steps.splice(0)) await call.send(step);
      if (heard.type === 'end') await call.send({ type: 'done' });
    }
  };

describe('recognition over listen', () => {
  test('gives speech, interims, finals with words and a receipt, in order', async () => {
    await using played = await vendor(
      saying(
        { type: 'speech-start', atMs: 80 },
        { type: 'interim', ...hello, text: 'Hello' },
        { type: 'final', ...hello, speaker: '1' },
        { type: 'speech-end', atMs: 500 },
      ),
    );
    const stt = createDeepgram(played.settings).stt('nova-3', { speakers: true });
    const timed = words.map((word) => ({ ...word, confidence: 0.98 }));
    const said = { segmentId: '1', startMs: 100, endMs: 520, confidence: 0.98 };
    expect(await readAll(stt.transcribe(sttRequest(inputs(...audioAt(0)))))).toEqual([
      { type: 'response-metadata', requestId, model: 'nova-3' },
      { type: 'speech-start', atMs: 80 },
      { type: 'transcript-interim', ...said, text: 'Hello', words: timed },
      {
        type: 'transcript-final',
        ...said,
        text: 'Hello, you.',
        speaker: '1',
        words: timed.map((word) => ({ ...word, speaker: '1' })),
      },
      { type: 'usage', usage: { audioMs: 20 } },
      { type: 'speech-end', atMs: 500 },
    ]);
    expect(played.record.requests[0]?.headers['authorization']).toBe(`Token ${played.apiKey}`);
  });

  test('counts times on the line of the frames, over a gap too', async () => {
    const at = (startMs: number) => ({ text: 'a', startMs, endMs: startMs + 10, words: [{ text: 'a', startMs, endMs: startMs + 10 }] });
    await using played = await vendor(saying({ type: 'final', ...at(0) }, { type: 'final', ...at(10) }, { type: 'final', ...at(25) }));
    const audio = new Channel<STTInput>({ capacity: 10 });
    for (const input of audioAt(61_000, 90_000)) void audio.push(input);
    const reading = readAll(createDeepgram(played.settings).stt().transcribe(sttRequest(audio)));
    await holds(() => played.record.frames.filter(({ from }) => from === 'vendor').length === 3);
    audio.end();
    const finals = (await reading).flatMap((event) => (event.type === 'transcript-final' ? [[event.startMs, event.endMs]] : []));
    expect(finals).toEqual([
      [61_000, 61_010],
      [61_010, 61_020],
      [90_005, 90_015],
    ]);
  });

  test('is asked for what the call wants, and sends the audio as it is', async () => {
    await using played = await vendor(saying());
    const stt = createDeepgram(played.settings).stt('nova-3', { language: 'de', keyterms: ['Parley'], endpointingMs: 10 });
    await readAll(stt.transcribe(sttRequest(inputs(...audioAt(0)), { keyterms: ['Anna', 'Zoë'], endpointingMs: 300 })));
    expect(played.heard[0]).toEqual([
      { type: 'settings', sampleRate: 16_000, model: 'nova-3', language: 'de', keyterms: ['Anna', 'Zoë'], endpointingMs: 300 },
      { type: 'audio', samples: frameAt(0).samples },
      { type: 'end' },
    ]);
    expect(played.record.requests[0]?.query).toContain('keyterm=Anna&keyterm=Zo%C3%AB');
  });

  test('finalises on a flush, which is answered even if nothing was said', async () => {
    await using played = await vendor(async (call) => {
      for await (const heard of call.heard) {
        if (heard.type === 'flush') await call.send({ type: 'final', ...hello, text: '', words: [], flushed: true });
        if (heard.type === 'end') await call.send({ type: 'done' });
      }
    });
    const events = await readAll(
      createDeepgram(played.settings)
        .stt()
        .transcribe(sttRequest(inputs(...audioAt(0), { type: 'flush' }))),
    );
    expect(events.filter(({ type }) => type === 'transcript-final')).toMatchObject([{ segmentId: '1', text: '', endMs: 520 }]);
  });

  test('loses no final that comes after the end of the audio', async () => {
    await using played = await vendor(async (call) => {
      for await (const heard of call.heard) if (heard.type === 'audio') await call.send({ type: 'interim', ...hello });
      await call.send({ type: 'final', ...hello });
      await call.send({ type: 'final', ...hello, text: 'Bye.' });
      await call.send({ type: 'done' });
    });
    const events = await readAll(
      createDeepgram(played.settings)
        .stt()
        .transcribe(sttRequest(inputs(...audioAt(0)))),
    );
    expect(events.flatMap((event) => (event.type === 'transcript-final' ? [`${event.segmentId} ${event.text}`] : []))).toEqual([
      '1 Hello, you.',
      '2 Bye.',
    ]);
    expect(events.at(-1)).toMatchObject({ type: 'speech-end' });
  });

  test('is kept alive in a pause, on the clock of the call, and not while there is audio', async () => {
    await using played = await vendor(saying());
    const clock = new VirtualClock();
    const audio = new Channel<STTInput>({ capacity: 10 });
    const reading = readAll(createDeepgram(played.settings).stt().transcribe(sttRequest(audio, { clock })));
    const heard = (type: STTHeard['type']) => played.heard[0]?.filter((one) => one.type === type).length ?? 0;
    await holds(() => heard('settings') === 1);
    await clock.advance(3000);
    void audio.push({ type: 'audio', frame: frameAt(3000) });
    await holds(() => heard('audio') === 1);
    await clock.advance(3000);
    expect(heard('keep-alive')).toBe(0);
    await clock.advance(9000);
    await holds(() => heard('keep-alive') === 3);
    audio.end();
    await reading;
    expect(clock.pendingTimers).toBe(0);
  });

  test('is one stream beside another, and their words do not mix', async () => {
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type === 'audio') await call.send({ type: 'final', ...hello, text: `call ${index}` });
        if (heard.type === 'end') await call.send({ type: 'done' });
      }
    });
    const stt = createDeepgram(played.settings).stt();
    const both = await Promise.all([1, 2].map(() => readAll(stt.transcribe(sttRequest(inputs(...audioAt(0)))))));
    const texts = both.map((events) => events.flatMap((event) => (event.type === 'transcript-final' ? [event.text] : [])).join());
    expect(new Set(texts)).toEqual(new Set(['call 0', 'call 1']));
  });
});

describe('an end of a recognition', () => {
  test('by abort closes the socket at once though nobody reads, and its cost is told', async () => {
    let closed: AbortSignal | undefined;
    await using played = await vendor((call, index) => {
      closed = call.connection.closed;
      return saying({ type: 'interim', ...hello })(call, index);
    });
    const controller = new AbortController();
    const audio = new Channel<STTInput>({ capacity: 10 });
    const stream = createDeepgram(played.settings)
      .stt()
      .transcribe(sttRequest(audio, callOptions(controller.signal)));
    const reader = stream[Symbol.asyncIterator]();
    for (const input of audioAt(0)) void audio.push(input);
    await reader.next();
    expect(await reader.next()).toMatchObject({ value: { type: 'speech-start' } });
    controller.abort(new DOMException('enough', 'AbortError'));
    await holds(() => closed?.aborted === true);
    expect(await reader.next()).toMatchObject({ value: { type: 'usage', usage: { audioMs: 20 } } });
    expect(await reader.next()).toMatchObject({ done: true });
    audio.end();
  });

  test('by closing the instance is quiet', async () => {
    await using played = await vendor(saying());
    const stt = createDeepgram(played.settings).stt();
    const audio = new Channel<STTInput>({ capacity: 10 });
    const reading = readAll(stt.transcribe(sttRequest(audio)));
    await holds(() => played.heard.length === 1);
    await stt.close?.();
    await stt.close?.();
    expect((await reading).filter(({ type }) => type !== 'response-metadata')).toEqual([]);
    audio.end();
  });

  test('by the input’s failure is that failure', async () => {
    await using played = await vendor(saying());
    async function* failing(): AsyncGenerator<STTInput> {
      yield* audioAt(0);
      throw new Error('the microphone broke');
    }
    expect(await failureOf(createDeepgram(played.settings).stt().transcribe(sttRequest(failing())))).toMatchObject({
      message: 'the microphone broke',
    });
  });

  test('that the vendor never says is a timeout', async () => {
    const clock = new VirtualClock();
    await using played = await vendor(async (call) => {
      for await (const _heard of call.heard);
    });
    const failing = failureOf(
      createDeepgram(played.settings)
        .stt()
        .transcribe(sttRequest(inputs(...audioAt(0)), { clock })),
    );
    await holds(() => played.heard[0]?.some(({ type }) => type === 'end') === true);
    await clock.advance(5000);
    expect(await failing).toMatchObject({ name: 'APITimeoutError', retryable: true });
  });
});

describe('a failure of a recognition', () => {
  const failing = async (play: STTPlay) => {
    await using played = await vendor(play);
    const audio = new Channel<STTInput>({ capacity: 10 });
    for (const input of audioAt(0)) void audio.push(input);
    const failure = await failureOf(createDeepgram(played.settings).stt().transcribe(sttRequest(audio)));
    audio.end();
    expect(String(failure)).not.toMatch(/nobody|own words/);
    return failure;
  };
  const closing =
    (code: number, reason: string): STTPlay =>
    ({ connection }) =>
      connection.type === 'websocket' ? connection.close(code, reason) : undefined;

  test.each([
    { code: 1011, reason: 'NET-0001: no audio within the timeout', kind: 'expired', retryable: true },
    { code: 1012, reason: 'restart', kind: 'expired', retryable: true },
    { code: 1008, reason: 'DATA-0000: cannot be decoded', kind: 'invalid-request', retryable: false },
    { code: 1011, reason: 'NET-0000: internal', kind: 'connection', retryable: true },
    { code: 1000, reason: '', kind: 'connection', retryable: true },
    { code: 1008, reason: 'key-of-nobody-5f3a', kind: 'authentication', retryable: false },
  ])('by close code $code "$reason" is $kind', async ({ code, reason, kind, retryable }) => {
    expect(await failing(closing(code, reason))).toMatchObject({ kind, retryable });
  });

  test('is an end without the vendor’s last word', async () => {
    const closed: STTPlay = async (call) => {
      for await (const heard of call.heard) if (heard.type === 'end' && call.connection.type === 'websocket') call.connection.close(1000);
    };
    await using played = await vendor(closed);
    const failure = await failureOf(
      createDeepgram(played.settings)
        .stt()
        .transcribe(sttRequest(inputs(...audioAt(0)))),
    );
    expect(failure).toMatchObject({ kind: 'connection', retryable: true });
  });

  test('by a broken connection, or by an answer that is no JSON, is retryable', async () => {
    const broken: STTPlay = ({ connection }) => connection.destroy();
    expect(await failing(broken)).toMatchObject({ name: 'APIConnectionError', retryable: true });
    expect(await failing(saying({ type: 'malformed' }))).toMatchObject({ kind: 'protocol', retryable: true });
  });

  test('that is told in a message is of its kind', async () => {
    expect(await failing(saying({ type: 'failure', reason: 'authentication' }))).toMatchObject({
      kind: 'authentication',
      vendorCode: 'INVALID_AUTH',
    });
    expect(await failing(saying({ type: 'failure', reason: 'rate-limit' }))).toMatchObject({ kind: 'status', retryable: true });
    expect(await failing(saying({ type: 'failure', reason: 'invalid-request' }))).toMatchObject({ retryable: false });
  });

  test('to open is of its status, with the wait that is asked for and the vendor’s id', async () => {
    const { headers } = deepgramWires.listen.errorBody(429);
    await using played = await playVendor(deepgramWires.listen, () => {}, {
      gate: (connection) => {
        if (connection.type === 'websocket') connection.refuse(429, { ...headers, 'retry-after': '2' });
        return undefined;
      },
    });
    expect(
      await failureOf(
        createDeepgram(played.settings)
          .stt()
          .transcribe(sttRequest(inputs(...audioAt(0)))),
      ),
    ).toMatchObject({
      name: 'APIStatusError',
      status: 429,
      retryable: true,
      retryAfterMs: 2000,
      requestId,
    });
    expect(played.record.requests).toHaveLength(1);
  });

  test('is a key that is missing, by the name of its variable', async () => {
    const failure = await failureOf(createDeepgram({ apiKey: ' ' }).stt().transcribe(sttRequest(inputs())));
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).toContain('DEEPGRAM_API_KEY');
  });

  test('goes no further than its own stream; what is of a later version is none', async () => {
    const large = 50 * 1024 * 1024;
    await using played = await vendor(async (call, index) => {
      for await (const heard of call.heard) {
        if (heard.type === 'audio') await call.send(index === 0 ? { type: 'large', sizeBytes: large } : { type: 'unknown' });
        if (heard.type === 'audio' && index === 1) await call.send({ type: 'large', sizeBytes: 1_000_000 });
        if (heard.type === 'audio' && index === 1) await call.send({ type: 'final', ...hello });
        if (heard.type === 'end') await call.send({ type: 'done' });
      }
    });
    const stt = createDeepgram(played.settings).stt();
    const audio = new Channel<STTInput>({ capacity: 10 });
    const failing = failureOf(stt.transcribe(sttRequest(audio)));
    await holds(() => played.heard.length === 1);
    const other = readAll(stt.transcribe(sttRequest(inputs(...audioAt(0)))));
    for (const input of audioAt(0)) void audio.push(input);
    expect(await failing).toMatchObject({ name: 'APIConnectionError', retryable: true });
    expect((await other).some(({ type }) => type === 'transcript-final')).toBe(true);
    audio.end();
  });
});

describe('what cannot be', () => {
  const stt = createDeepgram({ apiKey: 'x', baseUrl: 'http://127.0.0.1:9' }).stt();

  test('is refused at once: rates, settings and options that are not there', () => {
    expect(() => stt.transcribe(sttRequest(inputs(), { sampleRate: 11_025 }))).toThrow('not at 11025');
    const flux = createDeepgram({ apiKey: 'x' }).stt('flux-general-en');
    expect(() => flux.transcribe(sttRequest(inputs(), { language: 'de' }))).toThrow('takes no "language"');
    expect(() => createDeepgram().stt('flux-general-en', { eagerEndOfTurnThreshold: 0.95 })).toThrow('0.3 to 0.9, not 0.95');
  });

  test('is refused in the call where it shows there: another rate, a change', async () => {
    await using played = await vendor(saying());
    const own = createDeepgram(played.settings).stt();
    const frame = frameAt(0, 8000);
    expect(await failureOf(own.transcribe(sttRequest(inputs<STTInput>({ type: 'audio', frame }))))).toMatchObject({ kind: 'unsupported' });
    expect(await failureOf(own.transcribe(sttRequest(inputs<STTInput>({ type: 'update', language: 'fr' }))))).toMatchObject({
      kind: 'unsupported',
    });
  });
});
