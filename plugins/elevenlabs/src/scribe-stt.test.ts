import { type Oddity, type Play, playVendor, type STTHeard, type STTStep } from '@parley/conformance/wire';
import { elevenLabsWires } from '@parley/conformance/wires';
import type { STTEvent, STTInput } from '@parley/core/provider';
import { AbortError, Channel } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { describe, expect, test } from 'vitest';
import { failureOf, frames, readAll, sttRequest, until } from './__fixtures__/call-options.js';
import { createElevenLabs } from './index.js';

type STTPlay = Play<STTHeard, STTStep>;
const wire = elevenLabsWires.scribeRealtime;
const vendor = (play: STTPlay) => playVendor(wire, play);
const word = (text: string, startMs: number, endMs: number) => ({ text, startMs, endMs });
const final = (text: string, startMs = 0, endMs = 0): Extract<STTStep, { readonly type: 'final' }> => ({
  type: 'final',
  flushed: true,
  text,
  startMs,
  endMs,
  words: [word(text, startMs, endMs)],
});
const interim = (text: string): STTStep => ({ type: 'interim', text, startMs: 0, endMs: 0, words: [] });
/** Answers the commits, one after another, by these. */
const answering =
  (...answers: readonly (readonly (STTStep | Oddity)[])[]): STTPlay =>
  async (call) => {
    let index = 0;
    for await (const heard of call.heard) {
      if (heard.type !== 'flush') continue;
      for (const step of answers[index] ?? []) await call.send(step);
      index += 1;
    }
  };
const flush: STTInput = { type: 'flush' };
async function* audio(...inputs: readonly (STTInput | readonly STTInput[])[]): AsyncGenerator<STTInput> {
  for (const input of inputs) yield* 'type' in input ? [input] : input;
}
const silent = () => new Channel<STTInput>({ capacity: 100 });

describe('recognition', () => {
  test('has interims, one final for each commit, and what the vendor will bill', async () => {
    await using played = await vendor(answering([interim('hel'), interim(' hello'), final('Hello.')], [final('Bye.')]));
    const events = await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(1000), flush, frames(500, 5000)))),
    );
    expect(events).toEqual([
      { type: 'response-metadata', requestId: 'req_1', model: 'scribe_v2_realtime' },
      { type: 'transcript-interim', segmentId: '1', text: 'hel' },
      { type: 'transcript-interim', segmentId: '1', text: 'hello' },
      { type: 'usage', usage: { audioMs: 1500 } },
      { type: 'transcript-final', segmentId: '1', text: 'Hello.', endMs: 1000 },
      { type: 'transcript-final', segmentId: '2', text: 'Bye.', endMs: 5500 },
    ]);
    expect(played.record.failures).toEqual([]);
  });

  test('hears every sample once, in order, at the rate that was said', async () => {
    await using played = await vendor(answering([final('x')]));
    await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(200)))),
    );
    await until(() => played.heard[0]?.at(-1)?.type === 'end');
    const [settings, ...rest] = played.heard[0] ?? [];
    expect(settings).toEqual({ type: 'settings', sampleRate: 16_000, model: 'scribe_v2_realtime' });
    const samples = rest.flatMap((heard) => (heard.type === 'audio' ? Array.from(heard.samples) : []));
    expect(samples).toEqual(Array.from({ length: 3200 }, (_, index) => index));
    expect(rest.slice(-2).map(({ type }) => type)).toEqual(['flush', 'end']);
    expect(played.record.requests[0]).toMatchObject({ path: '/v1/speech-to-text/realtime', headers: { 'xi-api-key': played.apiKey } });
    expect(played.record.requests[0]?.query).toContain('commit_strategy=manual');
  });

  test('has words with their times on the line of the audio given, over its gaps, where they are asked for', async () => {
    const words = [word('Hello', 100, 400), word('you.', 1100, 1400)];
    await using played = await vendor(answering([{ ...final('Hello you.'), words }]));
    const stt = createElevenLabs(played.settings).stt('scribe_v2_realtime', { wordTimings: true });
    expect(stt.capabilities.wordTimings).toBe(true);
    const events = await readAll(stt.transcribe(sttRequest(audio(frames(1000, 60_000), frames(1000, 70_000)))));
    expect(events.filter(({ type }) => type === 'transcript-final')).toEqual([
      {
        type: 'transcript-final',
        segmentId: '1',
        text: 'Hello you.',
        startMs: 60_100,
        endMs: 70_400,
        language: 'en',
        words: [
          { text: 'Hello', startMs: 60_100, endMs: 60_400, confidence: expect.closeTo(0.9) },
          { text: 'you.', startMs: 70_100, endMs: 70_400, confidence: expect.closeTo(0.9) },
        ],
      },
    ]);
  });

  test('is asked for with language and keyterms, and leaves out those that the vendor would refuse', async () => {
    await using played = await vendor(answering([final('x')]));
    const keyterms = ['Parley', 'a term that is far too long for it', ...Array.from({ length: 60 }, (_, index) => `term ${index}`)];
    const logged: string[] = [];
    const logger = { log: (level: string) => void logged.push(level) };
    const stt = createElevenLabs(played.settings).stt();
    const events = await readAll(stt.transcribe(sttRequest(audio(frames(100)), { language: 'de-AT', keyterms, logger })));
    expect(played.heard[0]?.[0]).toMatchObject({
      language: 'de',
      keyterms: ['Parley', ...Array.from({ length: 49 }, (_, index) => `term ${index}`)],
    });
    expect(events.at(-1)).toMatchObject({ type: 'transcript-final', language: 'de-AT' });
    expect(logged).toEqual(['warn']);
  });

  test('leaves the end of an utterance to the vendor, if it is told to', async () => {
    await using played = await vendor(async (call) => {
      for await (const heard of call.heard) {
        if (heard.type === 'audio') await call.send(final('Hello.'));
        if (heard.type === 'flush') await call.send({ type: 'done' });
      }
    });
    const stt = createElevenLabs(played.settings).stt('scribe_v2_realtime', { commitStrategy: 'vad', vadThreshold: 0.5 });
    expect(stt.capabilities.settings).toContain('endpointingMs');
    const events = await readAll(stt.transcribe(sttRequest(audio(frames(20), frames(20, 20)), { endpointingMs: 100 })));
    expect(events.filter(({ type }) => type === 'transcript-final').length).toBeGreaterThan(0);
    expect(played.heard[0]?.[0]).toMatchObject({ endpointingMs: 300 });
    expect(played.record.requests[0]?.query).toContain('commit_strategy=vad');
  });

  test('answers a flush of nothing by nothing, without asking', async () => {
    await using played = await vendor(answering());
    const events = await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(flush))),
    );
    expect(events.filter(({ type }) => type !== 'response-metadata')).toEqual([
      { type: 'transcript-final', segmentId: '1', text: '', endMs: 0 },
    ]);
    await until(() => played.heard[0]?.at(-1)?.type === 'end');
    expect(played.heard[0]?.map(({ type }) => type)).toEqual(['settings', 'end']);
  });

  test('ends after what the vendor had under way when it answered the last commit', async () => {
    await using played = await vendor(answering([final('Yes,'), final('book it.')]));
    const events = await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(100)))),
    );
    expect(events.flatMap((event) => (event.type === 'transcript-final' ? [event.text] : []))).toEqual(['Yes,', 'book it.']);
  });

  test('sends no frame that is empty, and no update', async () => {
    await using played = await vendor(answering([final('x')]));
    const stt = createElevenLabs(played.settings).stt();
    const empty: STTInput = { type: 'audio', frame: { samples: new Int16Array(0), sampleRate: 16_000, channels: 1, atMs: 0 } };
    await readAll(stt.transcribe(sttRequest(audio(empty, frames(20)))));
    expect(played.heard[0]?.some(({ type }) => type === 'keep-alive')).toBe(false);
    expect(await failureOf(stt.transcribe(sttRequest(audio({ type: 'update', language: 'de' }))))).toMatchObject({ kind: 'unsupported' });
    expect(() => stt.transcribe(sttRequest(audio(), { endpointingMs: 500 }))).toThrow('endpointingMs');
  });

  test('goes on where the vendor finds too little in a commit', async () => {
    const throttled = JSON.stringify({ message_type: 'commit_throttled', error: 'x' });
    await using played = await vendor(async ({ connection, heard }) => {
      for await (const one of heard) if (one.type === 'flush' && connection.type === 'websocket') connection.send(throttled);
    });
    const events = await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(20)))),
    );
    expect(events.at(-1)).toEqual({ type: 'transcript-final', segmentId: '1', text: '', endMs: 20 });
  });
});

describe('time', () => {
  test('a silent call is kept alive on its clock', async () => {
    await using played = await vendor(answering([final('x')]));
    const clock = new VirtualClock();
    const input = silent();
    const read = readAll(createElevenLabs(played.settings).stt().transcribe(sttRequest(input, { clock })));
    await until(() => played.heard.length === 1);
    await clock.advance(35_000);
    input.end();
    await read;
    expect(played.heard[0]?.filter(({ type }) => type === 'keep-alive')).toHaveLength(3);
    clock.assertIdle();
  });

  test.each([
    { what: 'an interim', steps: [interim('hel')] },
    { what: 'nothing', steps: [] },
  ])('a commit that $what answers within 5 s of the end is lost audio, and that is an error', async ({ steps }) => {
    await using played = await vendor(answering(steps));
    const clock = new VirtualClock();
    const stt = createElevenLabs(played.settings).stt();
    const read = readAll(stt.transcribe(sttRequest(audio(frames(400)), { clock }))).catch((error: unknown) => error);
    let isOver = false;
    void read.then(() => (isOver = true));
    await until(() => played.heard[0]?.some(({ type }) => type === 'flush') === true);
    await until(() => played.record.frames.filter(({ from }) => from === 'vendor').length === 1 + steps.length);
    await clock.advance(4999);
    expect(isOver).toBe(false);
    await clock.advance(1);
    expect(await read).toMatchObject({ name: 'APITimeoutError', retryable: true });
    clock.assertIdle();
  });

  test('silence that is answered by an empty transcript ends quietly', async () => {
    await using played = await vendor(answering([final('')]));
    const events = await readAll(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(100)))),
    );
    expect(events.at(-1)).toEqual({ type: 'transcript-final', segmentId: '1', text: '', endMs: 100 });
  });
});

describe('where the vendor commits too', () => {
  const finals = (events: readonly STTEvent[]) => events.flatMap((event) => (event.type === 'transcript-final' ? [event.text] : []));
  /** At the end of the audio the vendor has a commit of its own under way; ours is answered when the test says so. */
  const twice = async () => {
    const answers = new Channel<readonly STTStep[]>({ capacity: 4 });
    const played = await vendor(async (call) => {
      for await (const heard of call.heard) {
        if (heard.type !== 'flush') continue;
        for (const step of [final('First sentence.'), interim('yes book')]) await call.send(step);
        for await (const steps of answers) for (const step of steps) await call.send(step);
      }
    });
    const clock = new VirtualClock();
    const stt = createElevenLabs(played.settings).stt('scribe_v2_realtime', { commitStrategy: 'vad' });
    const events: STTEvent[] = [];
    const read = (async () => {
      for await (const event of stt.transcribe(sttRequest(audio(frames(400)), { clock }))) events.push(event);
      return events;
    })().catch((error: unknown) => error);
    await until(() => events.at(-1)?.type === 'transcript-interim');
    return { played, clock, answers, events, read };
  };

  test('a sentence that it is still hearing at the end is waited for', async () => {
    const { played, clock, answers, events, read } = await twice();
    await clock.advance(4000);
    void answers.push([final('Yes, book it.')]);
    answers.end();
    await until(() => finals(events).length === 2);
    await clock.advance(500);
    expect(await read).toBe(events);
    expect(finals(events)).toEqual(['First sentence.', 'Yes, book it.']);
    clock.assertIdle();
    await played[Symbol.asyncDispose]();
  });

  test('a sentence that never becomes final is an error', async () => {
    const { played, clock, answers, read } = await twice();
    await clock.advance(5000);
    expect(await read).toMatchObject({ name: 'APITimeoutError', retryable: true });
    answers.end();
    clock.assertIdle();
    await played[Symbol.asyncDispose]();
  });
});

describe('a failure', () => {
  const failing = async (play: STTPlay) => {
    await using played = await vendor(play);
    const failure = await failureOf(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(100)))),
    );
    expect(String(failure)).not.toMatch(/nobody|own words/);
    return failure;
  };

  test.each([
    { reason: 'authentication', fields: { kind: 'authentication', retryable: false, vendorCode: 'auth_error' } },
    { reason: 'rate-limit', fields: { kind: 'status', retryable: true, vendorCode: 'rate_limited', requestId: 'req_1' } },
    { reason: 'invalid-request', fields: { kind: 'invalid-request', retryable: false, vendorCode: 'input_error' } },
    { reason: 'server', fields: { kind: 'status', retryable: true, vendorCode: 'transcriber_error' } },
  ] as const)('of $reason is told as such', async ({ reason, fields }) => {
    expect(await failing(answering([{ type: 'failure', reason }]))).toMatchObject(fields);
  });

  test.each([
    { type: 'quota_exceeded', fields: { kind: 'status', retryable: false } },
    { type: 'unaccepted_terms', fields: { kind: 'authentication', retryable: false } },
    { type: 'session_time_limit_exceeded', fields: { kind: 'expired', retryable: true } },
    { type: 'insufficient_audio_activity', fields: { kind: 'expired', retryable: true } },
    { type: 'queue_overflow', fields: { kind: 'status', retryable: true } },
    { type: 'chunk_size_exceeded', fields: { kind: 'invalid-request', retryable: false } },
    { type: 'of_a_later_version_error', fields: { kind: 'invalid-request', retryable: false } },
  ])('of type $type is of its kind', async ({ type, fields }) => {
    const play: STTPlay = async ({ connection, heard }) => {
      for await (const one of heard)
        if (one.type === 'flush' && connection.type === 'websocket')
          connection.send(JSON.stringify({ message_type: type, error: 'own words' }));
    };
    expect(await failing(play)).toMatchObject({ ...fields, vendorCode: type });
  });

  test.each([
    { code: 1000, fields: { name: 'APIConnectionError', retryable: true } },
    { code: 1008, fields: { kind: 'authentication', retryable: false } },
    { code: 1011, fields: { name: 'APIConnectionError', retryable: true } },
  ])('is a close with $code before all is final', async ({ code, fields }) => {
    const play: STTPlay = async ({ connection, heard }) => {
      for await (const one of heard)
        if (one.type === 'flush' && connection.type === 'websocket') connection.close(code, 'for key-of-nobody-5f3a');
    };
    expect(await failing(play)).toMatchObject(fields);
  });

  test('is a socket that is destroyed, or refused', async () => {
    const destroy: STTPlay = async ({ connection, heard }) => {
      for await (const one of heard) if (one.type === 'audio') connection.destroy();
    };
    expect(await failing(destroy)).toMatchObject({ name: 'APIConnectionError', retryable: true });
    await using played = await playVendor(wire, () => {}, {
      gate: (connection) => {
        if (connection.type === 'websocket') connection.refuse(429, { 'retry-after': '2' });
        return undefined;
      },
    });
    const failure = await failureOf(
      createElevenLabs(played.settings)
        .stt()
        .transcribe(sttRequest(audio(frames(100)))),
    );
    expect(failure).toMatchObject({ name: 'APIStatusError', status: 429, retryAfterMs: 2000, retryable: true });
  });

  test('is audio at another rate than was said, or at one that the vendor does not take', async () => {
    await using played = await vendor(answering());
    const stt = createElevenLabs(played.settings).stt();
    expect(await failureOf(stt.transcribe(sttRequest(audio(frames(100)), { sampleRate: 24_000 })))).toMatchObject({ kind: 'unsupported' });
    expect(() => stt.transcribe(sttRequest(audio(), { sampleRate: 11_025 }))).toThrow('11025');
  });

  test('is no key, by the name of its variable', async () => {
    const failure = await failureOf(
      createElevenLabs({ apiKey: '' })
        .stt()
        .transcribe(sttRequest(audio(frames(100)))),
    );
    expect(failure).toMatchObject({ kind: 'authentication', retryable: false });
    expect(String(failure)).toContain('ELEVENLABS_API_KEY');
  });
});

test('what is of a later version, broken or large does no harm', async () => {
  await using played = await vendor(
    answering([{ type: 'unknown' }, { type: 'malformed' }, { type: 'large', sizeBytes: 2_000_000 }, final('Hello.')]),
  );
  const events = await readAll(
    createElevenLabs(played.settings)
      .stt()
      .transcribe(sttRequest(audio(frames(100)))),
  );
  expect(events.at(-1)).toMatchObject({ type: 'transcript-final', text: 'Hello.' });
});

test('an abort closes the socket at once, though nobody reads, and the receipt is all that comes', async () => {
  await using played = await vendor(answering([interim('hel')]));
  const controller = new AbortController();
  const input = silent();
  for (const frame of [...frames(100), flush]) void input.push(frame);
  const reader = createElevenLabs(played.settings)
    .stt()
    .transcribe(sttRequest(input, { signal: controller.signal }))
    [Symbol.asyncIterator]();
  await reader.next();
  await until(() => played.heard[0]?.some(({ type }) => type === 'flush') === true);
  controller.abort(new AbortError());
  await until(() => played.heard[0]?.at(-1)?.type === 'end');
  const rest = await readAll({ [Symbol.asyncIterator]: () => reader });
  expect(rest.filter(({ type }) => type !== 'usage')).toEqual([]);
  input.end();
});
