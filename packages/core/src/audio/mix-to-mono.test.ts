import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mixToMono } from './mix-to-mono.js';
import { silentFrame } from './silent-frame.js';

test('stereo becomes the mean of both sides', () => {
  expect(mixToMono(Int16Array.of(100, 300, -32_768, -32_768, 32_767, 32_767, 5, -5), 2)).toEqual(Int16Array.of(200, -32_768, 32_767, 0));
});

test('equal channels, however many, come out unchanged', () => {
  fc.assert(
    fc.property(fc.int16Array({ maxLength: 50 }), fc.integer({ min: 1, max: 8 }), (mono, channels) => {
      expect(mixToMono(Int16Array.from([...mono].flatMap((sample) => Array.from({ length: channels }, () => sample))), channels)).toEqual(
        mono,
      );
    }),
  );
});

test('mono is given back as it is', () => {
  const samples = Int16Array.of(1, 2);
  expect(mixToMono(samples, 1)).toBe(samples);
});

test('samples that lack a channel, or no channels at all, are refused', () => {
  expect(() => mixToMono(Int16Array.of(1, 2, 3), 2)).toThrow('3 samples are no whole number of 2-channel samples');
  expect(() => mixToMono(Int16Array.of(1), 0)).toThrow('not 0');
});

test('silent frames share their samples', () => {
  const long = silentFrame({ sampleRate: 48_000, atMs: 0, durationMs: 60, channels: 2 });
  const first = silentFrame({ sampleRate: 16_000, atMs: 5 });
  const second = silentFrame({ sampleRate: 16_000, atMs: 25 });
  expect(long.samples).toHaveLength(5_760);
  expect(first.samples).toEqual(new Int16Array(320));
  expect(second.samples.buffer).toBe(first.samples.buffer);
  expect([first.atMs, second.atMs]).toEqual([5, 25]);
});
