import { playVendor } from '@parley/conformance/wire';
import { elevenLabsWires } from '@parley/conformance/wires';
import { afterEach, expect, test, vi } from 'vitest';
import { readAll, segments, ttsRequest } from './__fixtures__/call-options.js';
import { createElevenLabs, parleyPlugin } from './index.js';

afterEach(() => vi.unstubAllEnvs());

test('a model string is a model and a voice', async () => {
  await using played = await playVendor(elevenLabsWires.multiContextSpeech, async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') await call.send({ type: 'segment-end' });
  });
  const tts = parleyPlugin.kinds.tts.create({ name: 'flash-v2.5', variant: 'voice-1' }, played.settings);
  expect(tts.model).toBe('eleven_flash_v2_5');
  await readAll(tts.synthesize(ttsRequest(segments('Hello.'))));
  await tts.close?.();
  expect(played.heard[0]?.[0]).toMatchObject({ model: 'eleven_flash_v2_5', voice: 'voice-1' });
  expect(parleyPlugin.kinds.stt.create({ name: 'scribe_v2_realtime' }).model).toBe('scribe_v2_realtime');
  expect(parleyPlugin.kinds.tts.create({ name: 'eleven_of_a_later_year' }).model).toBe('eleven_of_a_later_year');
});

test.each(['ELEVENLABS_API_KEY', 'ELEVEN_API_KEY'])('the key may come from %s', async (name) => {
  await using played = await playVendor(elevenLabsWires.multiContextSpeech, async (call) => {
    for await (const heard of call.heard) if (heard.type === 'flush') await call.send({ type: 'segment-end' });
  });
  vi.stubEnv('ELEVENLABS_API_KEY', '');
  vi.stubEnv('ELEVEN_API_KEY', '');
  vi.stubEnv(name, 'key-of-the-environment');
  const tts = createElevenLabs({ baseUrl: played.settings.baseUrl }).tts();
  await readAll(tts.synthesize(ttsRequest(segments('Hello.'))));
  await tts.close?.();
  expect(played.record.requests[0]?.headers['xi-api-key']).toBe('key-of-the-environment');
});
