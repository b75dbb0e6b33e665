import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createFramer } from './framer.js';
import { toFrames } from './to-frames.js';

const counting = (length: number): Int16Array => Int16Array.from({ length }, (_, index) => index % 30_000);

const joined = (parts: readonly Int16Array[]): Buffer =>
  Buffer.concat(parts.map((part) => Buffer.from(part.buffer, part.byteOffset, part.byteLength)));

test('whatever the runs, frames hold the same samples at the right times', () => {
  const shapes = fc.record({
    sampleRate: fc.constantFrom(8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000),
    channels: fc.integer({ min: 1, max: 3 }),
    frameMs: fc.integer({ min: 10, max: 60 }),
    atMs: fc.integer({ min: 0, max: 100_000 }),
    runs: fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 10 }),
  });
  fc.assert(
    fc.property(shapes, ({ runs, ...options }) => {
      const framer = createFramer(options);
      const input = counting(runs.reduce((sum, run) => sum + run, 0) * options.channels);
      let start = 0;
      const frames = runs.flatMap((run) => {
        const end = start + run * options.channels;
        const cut = framer.push(input.subarray(start, end));
        start = end;
        return cut;
      });
      const last = framer.flush();
      const all = last === undefined ? frames : [...frames, last];
      expect(joined(all.map((frame) => frame.samples)).equals(Buffer.from(input.buffer))).toBe(true);
      const frameLength = Math.round((options.frameMs * options.sampleRate) / 1_000);
      let before = 0;
      all.forEach((frame, index) => {
        if (Math.abs(frame.atMs - options.atMs - (before * 1_000) / options.sampleRate) > 1e-6)
          throw new Error(`frame ${index} is at ${frame.atMs} ms`);
        if (index < frames.length && frame.samples.length !== frameLength * options.channels)
          throw new Error(`frame ${index} has ${frame.samples.length} samples`);
        before += frame.samples.length / options.channels;
      });
    }),
  );
});

test('frames that lie within one run are views of it, not copies', () => {
  const run = counting(800);
  const frames = createFramer({ sampleRate: 16_000 }).push(run);
  expect(frames.map((frame) => frame.samples.buffer === run.buffer)).toEqual([true, true]);
});

test('what was cut off a run is not changed by a later one', () => {
  const framer = createFramer({ sampleRate: 16_000 });
  framer.push(Int16Array.from({ length: 200 }, () => 1));
  const [first] = framer.push(Int16Array.from({ length: 200 }, () => 2));
  framer.push(Int16Array.from({ length: 600 }, () => 3));
  expect(first?.samples.indexOf(3)).toBe(-1);
});

test('the framer knows the time of what comes next, across a flush', () => {
  const framer = createFramer({ sampleRate: 16_000, atMs: 61_000 });
  framer.push(counting(400));
  expect(framer.atMs).toBe(61_025);
  framer.flush();
  expect(framer.push(counting(320)).map((frame) => frame.atMs)).toEqual([61_025]);
  expect(framer.flush()).toBeUndefined();
});

test('toFrames gives the short rest as the last frame', () => {
  const frames = toFrames(counting(750), { sampleRate: 16_000, frameMs: 10, atMs: 100 });
  expect(frames.map((frame) => [frame.atMs, frame.samples.length])).toEqual([
    [100, 160],
    [110, 160],
    [120, 160],
    [130, 160],
    [140, 110],
  ]);
});

test.each([
  [{ sampleRate: 0 }, 'not 0'],
  [{ sampleRate: 16_000, channels: 1.5 }, 'not 1.5'],
  [{ sampleRate: 16_000, frameMs: 5 }, '10 to 60 ms, not 5'],
  [{ sampleRate: 16_000, atMs: Number.NaN }, 'not NaN'],
])('an option out of range is refused with its value: %o', (options, message) => {
  expect(() => createFramer(options)).toThrow(message);
});

test('a run that lacks a channel is refused', () => {
  expect(() => toFrames(counting(3), { sampleRate: 16_000, channels: 2 })).toThrow('3 samples are no whole number of 2-channel samples');
});

test.each([1, 7, 160, 333, 4000, 8000])(
  'S170 half a second in runs of %i samples is half a second out, and flushing twice adds nothing',
  (run) => {
    const framer = createFramer({ sampleRate: 16_000, channels: 1, frameMs: 20 });
    const input = counting(8000);
    const frames = [];
    for (let at = 0; at < input.length; at += run) frames.push(...framer.push(input.subarray(at, at + run)));
    const last = framer.flush();
    expect(framer.flush()).toBeUndefined();
    const all = last === undefined ? frames : [...frames, last];
    expect(all.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(8000);
    expect(framer.atMs).toBe(500);
  },
);

test('S170 a run of a single sample comes out at the flush', () => {
  const framer = createFramer({ sampleRate: 16_000, channels: 1, frameMs: 20 });
  expect(framer.push(Int16Array.of(7))).toEqual([]);
  expect(framer.flush()?.samples).toEqual(Int16Array.of(7));
});
