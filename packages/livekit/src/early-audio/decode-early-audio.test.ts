import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { decodeEarlyAudio } from './decode-early-audio.js';

const recording = new Uint8Array(readFileSync(new URL('__fixtures__/browser-recording.webm', import.meta.url)));

test('what a browser recorded is speech of its length', async () => {
  const { samples, sampleRate } = await decodeEarlyAudio(recording, { sampleRate: 48_000, channels: 1 });
  expect(sampleRate).toBe(48_000);
  expect(samples.length / 48).toBeGreaterThan(1100);
  expect(samples.length / 48).toBeLessThan(1500);
  expect(Math.max(...samples)).toBeGreaterThan(3000);
});

test('PCM is taken at the rate that is told with it, and mixed to mono', async () => {
  const bytes = new Uint8Array(Int16Array.from([100, 300, -100, -300]).buffer);
  expect(await decodeEarlyAudio(bytes, { sampleRate: 24_000, channels: 1 })).toEqual({
    samples: Int16Array.from([100, 300, -100, -300]),
    sampleRate: 24_000,
  });
  expect(await decodeEarlyAudio(bytes, { sampleRate: 48_000, channels: 2 })).toEqual({
    samples: Int16Array.from([200, -200]),
    sampleRate: 48_000,
  });
});

test('of more than ten seconds the newest are taken', async () => {
  const bytes = new Uint8Array(Int16Array.from({ length: 8000 * 12 }, (_, index) => Math.floor(index / 8000)).buffer);
  const { samples } = await decodeEarlyAudio(bytes, { sampleRate: 8000, channels: 1 });
  expect([samples.length, samples[0], samples.at(-1)]).toEqual([80_000, 2, 11]);
});

test('what cannot be read is refused', async () => {
  const mp4 = Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftypmp42'), Buffer.alloc(40)]);
  await expect(decodeEarlyAudio(mp4, { sampleRate: 48_000, channels: 1 })).rejects.toThrow('neither Opus in WebM nor PCM');
  await expect(decodeEarlyAudio(new Uint8Array(8), { sampleRate: NaN, channels: 1 })).rejects.toThrow('sampleRate NaN');
});
