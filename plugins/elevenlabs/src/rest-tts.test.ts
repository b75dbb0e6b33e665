import { type Play, playVendor, type TTSHeard, type TTSStep } from '@parley/conformance/wire';
import { elevenLabsWires } from '@parley/conformance/wires';
import { AbortError } from '@parley/core/provider-kit';
import { expect, test } from 'vitest';
import { failureOf, readAll, segments, ttsRequest, until } from './__fixtures__/call-options.js';
import { createElevenLabs } from './index.js';

type TTSPlay = Play<TTSHeard, TTSStep>;
const wire = elevenLabsWires.httpSpeech;
const speech = Int16Array.from({ length: 7001 }, (_, index) => index);
const saying =
  (...steps: readonly TTSStep[]): TTSPlay =>
  async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') for (const step of steps) await call.send(step);
  };
const answer =
  (status: number, headers: Readonly<Record<string, string>>, body: string): TTSPlay =>
  async ({ connection, heard }) => {
    for await (const _one of heard);
    if (connection.type !== 'http') return;
    connection.respond(status, headers);
    await connection.write(body);
    connection.end();
  };
const json = { 'content-type': 'application/json' };

test('each segment is a request, and its audio whole', async () => {
  await using played = await playVendor(wire, saying({ type: 'audio', samples: speech }, { type: 'segment-end' }));
  const tts = createElevenLabs(played.settings).tts('flash-v2.5', { transport: 'rest', voice: 'a', voiceSettings: { speed: 0.9 } });
  expect(tts.capabilities).toMatchObject({ streaming: false, wordTimings: false });
  const events = await readAll(tts.synthesize(ttsRequest(segments('One.', '?!', 'Two.'), { language: 'en-GB', sampleRate: 22_050 })));
  expect(events.filter(({ type }) => type !== 'audio')).toEqual([
    { type: 'response-metadata', requestId: 'req_1', model: 'eleven_flash_v2_5' },
    { type: 'usage', usage: { characters: 4 } },
    { type: 'segment-end', segmentId: '1' },
    { type: 'segment-end', segmentId: '2' },
    { type: 'response-metadata', requestId: 'req_1', model: 'eleven_flash_v2_5' },
    { type: 'usage', usage: { characters: 4 } },
    { type: 'segment-end', segmentId: '3' },
  ]);
  const samples = events.flatMap((event) => (event.type === 'audio' && event.segmentId === '3' ? Array.from(event.frame.samples) : []));
  expect(samples).toEqual(Array.from(speech));
  expect(played.heard[0]).toEqual([
    { type: 'settings', sampleRate: 22_050, model: 'eleven_flash_v2_5', voice: 'a', language: 'en' },
    { type: 'text', text: 'One.' },
    { type: 'flush' },
  ]);
  expect(played.record.requests[0]).toMatchObject({ query: '?output_format=pcm_22050', headers: { 'xi-api-key': played.apiKey } });
});

test('a model that is not to be had over the socket goes this way by itself', () => {
  expect(createElevenLabs().tts('v3').capabilities.streaming).toBe(false);
});

test.each([
  {
    status: 401,
    fields: { name: 'APIStatusError', kind: 'authentication', retryable: false, vendorCode: 'invalid_api_key', requestId: 'req_1' },
  },
  { status: 400, fields: { kind: 'status', retryable: false } },
  { status: 429, fields: { kind: 'status', retryable: true, retryAfterMs: 1000 } },
  { status: 500, fields: { kind: 'status', retryable: true } },
])('status $status is an error of it, in one attempt', async ({ status, fields }) => {
  const { headers, body } = wire.errorBody(status);
  await using played = await playVendor(wire, answer(status, { ...headers, 'retry-after': '1' }, body));
  const failure = await failureOf(
    createElevenLabs(played.settings)
      .tts('v3')
      .synthesize(ttsRequest(segments('Hello.'))),
  );
  expect(failure).toMatchObject(fields);
  expect(String(failure)).not.toMatch(/nobody|own words/);
  expect(played.record.requests).toHaveLength(1);
});

test.each([
  {
    body: '{"detail":{"status":"quota_exceeded","message":"x"}}',
    headers: json,
    fields: { kind: 'status', retryable: false, vendorCode: 'quota_exceeded' },
  },
  { body: '{"detail":{"status":"invalid_api_key"}}', headers: json, fields: { kind: 'authentication', retryable: false } },
  { body: '<html>', headers: { 'content-type': 'text/html' }, fields: { kind: 'protocol', retryable: true } },
  { body: 'x'.repeat(1_000_000), headers: {}, fields: { kind: 'protocol', retryable: true } },
])('status 200 with something else than audio is an error', async ({ body, headers, fields }) => {
  await using played = await playVendor(wire, answer(200, headers, body));
  expect(
    await failureOf(
      createElevenLabs(played.settings)
        .tts('v3')
        .synthesize(ttsRequest(segments('Hello.'))),
    ),
  ).toMatchObject(fields);
});

test('an answer that breaks off, or holds nothing, is an error, and so is nobody who answers', async () => {
  const cut: TTSPlay = async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') await call.send({ type: 'audio', samples: speech });
    if (call.connection.type === 'http') call.connection.destroy();
  };
  for (const play of [cut, saying({ type: 'segment-end' })]) {
    await using played = await playVendor(wire, play);
    const failure = await failureOf(
      createElevenLabs(played.settings)
        .tts('v3')
        .synthesize(ttsRequest(segments('Hello.'))),
    );
    expect(failure).toMatchObject({ name: 'APIConnectionError', retryable: true });
  }
  const nobody = createElevenLabs({ apiKey: 'k', baseUrl: 'http://127.0.0.1:1' }).tts('v3');
  expect(await failureOf(nobody.synthesize(ttsRequest(segments('Hello.'))))).toMatchObject({ name: 'APIConnectionError', retryable: true });
});

test('the key follows no redirection', async () => {
  await using other = await playVendor(wire, saying({ type: 'segment-end' }));
  await using played = await playVendor(wire, answer(307, { location: `${other.settings.baseUrl}/v1/text-to-speech/a/stream` }, ''));
  await failureOf(
    createElevenLabs(played.settings)
      .tts('v3')
      .synthesize(ttsRequest(segments('Hello.'))),
  );
  expect(other.record.requests).toEqual([]);
});

test('an abort closes the connection at once, though nobody reads', async () => {
  let isClosed = false;
  await using played = await playVendor(wire, async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') await call.send({ type: 'audio', samples: speech });
    call.connection.closed.addEventListener('abort', () => (isClosed = true), { once: true });
    await until(() => isClosed);
  });
  const controller = new AbortController();
  const request = ttsRequest(segments('Hello.'), { signal: controller.signal });
  const reader = createElevenLabs(played.settings).tts('v3').synthesize(request)[Symbol.asyncIterator]();
  await reader.next();
  controller.abort(new AbortError());
  await until(() => isClosed);
  const rest = await readAll({ [Symbol.asyncIterator]: () => reader });
  expect(rest.filter(({ type }) => type !== 'usage')).toEqual([]);
});
