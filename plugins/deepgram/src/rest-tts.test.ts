import { deepgramWires } from '@parley/conformance/wires';
import { type Play, playVendor, type TTSHeard, type TTSStep } from '@parley/conformance/wire';
import { describe, expect, test } from 'vitest';
import { callOptions, failureOf, holds, readAll, readUntil, spoken, ttsRequest } from './__fixtures__/call-options.js';
import { createDeepgram } from './index.js';
import { parleyPlugin } from './parley-plugin.js';

type TTSPlay = Play<TTSHeard, TTSStep>;
const vendor = (play: TTSPlay) => playVendor(deepgramWires.speakRest, play);
const samples = Int16Array.from({ length: 720 }, (_sample, index) => index);
const speaking: TTSPlay = async (call) => {
  for await (const heard of call.heard) {
    if (heard.type !== 'flush') continue;
    await call.send({ type: 'audio', samples });
    await call.send({ type: 'segment-end' });
  }
};
const restOf = (settings: Parameters<typeof createDeepgram>[0]) => createDeepgram(settings).tts('aura-2-thalia-en', { transport: 'rest' });
const status =
  (code: number, headers: Readonly<Record<string, string>> = {}): TTSPlay =>
  async ({ connection }) => {
    if (connection.type !== 'http') return;
    const { headers: own, body } = deepgramWires.speakRest.errorBody(code);
    connection.respond(code, { ...own, ...headers });
    await connection.write(body);
    connection.end();
  };

describe('speech over rest', () => {
  test('is one request for each segment, whose audio comes as it is spoken', async () => {
    await using played = await vendor(speaking);
    const events = await readAll(restOf(played.settings).synthesize(ttsRequest(spoken('Hello.', '…', 'Bye.'), { sampleRate: 16_000 })));
    expect(events.filter(({ type }) => type !== 'audio')).toEqual([
      { type: 'response-metadata', requestId: deepgramWires.speakRest.requestId, model: 'aura-2-thalia-en' },
      { type: 'usage', usage: { characters: 6 } },
      { type: 'segment-end', segmentId: 's1' },
      { type: 'segment-end', segmentId: 's2' },
      { type: 'response-metadata', requestId: deepgramWires.speakRest.requestId, model: 'aura-2-thalia-en' },
      { type: 'usage', usage: { characters: 4 } },
      { type: 'segment-end', segmentId: 's3' },
    ]);
    const heard = events.flatMap((event) => (event.type === 'audio' && event.segmentId === 's1' ? [...event.frame.samples] : []));
    expect(heard).toEqual([...samples]);
    expect(played.heard[0]?.[0]).toMatchObject({ sampleRate: 16_000, model: 'aura-2-thalia-en' });
    expect(played.record.requests[0]?.headers['authorization']).toBe(`Token ${played.apiKey}`);
  });

  test('is what a model string asks for by its variant', async () => {
    await using played = await vendor(speaking);
    const tts = parleyPlugin.kinds.tts.create({ name: 'aura-2-zeus-en', variant: 'rest' }, played.settings);
    await readAll(tts.synthesize(ttsRequest(spoken('Hello.'))));
    expect(played.heard[0]?.[0]).toMatchObject({ voice: 'aura-2-zeus-en' });
    expect(tts.capabilities.streaming).toBe(false);
    expect(() => parleyPlugin.kinds.tts.create({ name: 'aura-2', variant: 'zeus' })).toThrow('part of the model');
  });

  test.each([
    { code: 401, fields: { name: 'APIStatusError', kind: 'authentication', retryable: false, vendorCode: 'INVALID_AUTH' } },
    { code: 400, fields: { kind: 'status', status: 400, retryable: false } },
    { code: 503, fields: { kind: 'status', status: 503, retryable: true, requestId: deepgramWires.speakRest.requestId } },
  ])('fails with status $code as such, in one attempt', async ({ code, fields }) => {
    await using played = await vendor(status(code));
    const failure = await failureOf(restOf(played.settings).synthesize(ttsRequest(spoken('Hello.'))));
    expect(failure).toMatchObject(fields);
    expect(String(failure)).not.toMatch(/nobody|own words/);
    expect(played.record.requests).toHaveLength(1);
  });

  test('fails with too many requests, and says how long to wait', async () => {
    await using played = await vendor(status(429, { 'retry-after': '2' }));
    const failure = await failureOf(restOf(played.settings).synthesize(ttsRequest(spoken('Hello.'))));
    expect(failure).toMatchObject({ status: 429, retryable: true, retryAfterMs: 2000 });
  });

  test('fails where it breaks off, gives no audio, or nobody answers', async () => {
    await using broken = await vendor(async (call) => {
      await call.send({ type: 'audio', samples });
      call.connection.destroy();
    });
    expect(await failureOf(restOf(broken.settings).synthesize(ttsRequest(spoken('Hello.'))))).toMatchObject({
      name: 'APIConnectionError',
    });
    await using empty = await vendor((call) => call.send({ type: 'segment-end' }));
    expect(await failureOf(restOf(empty.settings).synthesize(ttsRequest(spoken('Hello.'))))).toMatchObject({ name: 'APIConnectionError' });
  });

  test('refuses a segment that the vendor would not take, and a key that is missing', async () => {
    await using played = await vendor(speaking);
    expect(await failureOf(restOf(played.settings).synthesize(ttsRequest(spoken('a'.repeat(2001)))))).toMatchObject({
      kind: 'unsupported',
    });
    expect(String(await failureOf(restOf({ apiKey: ' ' }).synthesize(ttsRequest(spoken('Hello.')))))).toContain('DEEPGRAM_API_KEY');
  });

  test('is broken off by an abort, though nobody reads', async () => {
    let closed: AbortSignal | undefined;
    await using played = await vendor(async (call) => {
      ({ closed } = call.connection);
      await call.send({ type: 'audio', samples });
    });
    const controller = new AbortController();
    const reader = restOf(played.settings)
      .synthesize(ttsRequest(spoken('Hello.'), callOptions(controller.signal)))
      [Symbol.asyncIterator]();
    await readUntil(reader, 'audio');
    controller.abort(new DOMException('enough', 'AbortError'));
    await holds(() => closed?.aborted === true);
    expect(await reader.next()).toMatchObject({ done: true });
  });
});
