import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { AudioFrame } from '../provider/audio-frame.js';
import { createFrameConverter } from './frame-converter.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { toFrames } from './to-frames.js';

const ramp = (length: number): Int16Array => Int16Array.from({ length }, (_, index) => 8_000 * Math.sin(index / 20));

function collect(sampleRate: number) {
  const frames: AudioFrame[] = [];
  return { frames, converter: createFrameConverter({ sampleRate, clock: new VirtualClock(), onFrame: (frame) => frames.push(frame) }) };
}

const isResamplerLoaded = () => Object.keys(createRequire(import.meta.url).cache).some((path) => path.includes('speex'));

test('frames that are right already are passed on as they are, and no resampler is loaded', () => {
  const { frames, converter } = collect(16_000);
  const [frame] = toFrames(ramp(320), { sampleRate: 16_000 });
  if (frame === undefined) throw new Error('there is one');
  expect(converter.push(frame)).toBeUndefined();
  converter.flush();
  expect(frames[0]).toBe(frame);
  expect(isResamplerLoaded()).toBe(false);
});

test('stereo of the right rate is only mixed, frame by frame', () => {
  const { frames, converter } = collect(16_000);
  void converter.push({ samples: Int16Array.of(2, 4, 6, 8), sampleRate: 16_000, channels: 2, atMs: 61_000 });
  expect(frames).toEqual([{ samples: Int16Array.of(3, 7), sampleRate: 16_000, channels: 1, atMs: 61_000 }]);
});

test('another rate loads the resampler once, then converts at once; times go on from the first frame', async () => {
  const { frames, converter } = collect(16_000);
  const [first, ...rest] = toFrames(ramp(44_100), { sampleRate: 44_100, atMs: 61_000 });
  if (first === undefined) throw new Error('there is one');
  await converter.push(first);
  expect(isResamplerLoaded()).toBe(true);
  for (const frame of rest) expect(converter.push(frame)).toBeUndefined();
  converter.flush();
  converter[Symbol.dispose]();
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(16_000);
  let samples = 0;
  for (const frame of frames) {
    expect(frame.atMs).toBeCloseTo(61_000 + samples / 16, 6);
    samples += frame.samples.length;
  }
  expect(frames.slice(0, -1).every((frame) => frame.samples.length >= 160 && frame.samples.length <= 960)).toBe(true);
});

test('short frames are gathered, so that none but the last is under 10 ms', async () => {
  const { frames, converter } = collect(16_000);
  for (const frame of toFrames(ramp(2_400), { sampleRate: 24_000, frameMs: 10 })) await converter.push(frame);
  converter.flush();
  converter[Symbol.dispose]();
  expect(frames.slice(0, -1).map((frame) => frame.samples.length)).toSatisfy((lengths: number[]) =>
    lengths.every((length) => length >= 160),
  );
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(1_600);
});

test('what was held back does not make a frame longer than 60 ms', async () => {
  const { frames, converter } = collect(16_000);
  const [short] = toFrames(ramp(240), { sampleRate: 24_000, frameMs: 10 });
  if (short === undefined) throw new Error('there is one');
  await converter.push(short);
  expect(frames).toEqual([]);
  for (const frame of toFrames(ramp(2_880), { sampleRate: 24_000, frameMs: 60, atMs: 10 })) await converter.push(frame);
  converter.flush();
  converter[Symbol.dispose]();
  expect(Math.max(...frames.map((frame) => frame.samples.length))).toBeLessThanOrEqual(960);
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(2_080);
});

test('after a gap in the times, what follows lies where its own times say', async () => {
  const { frames, converter } = collect(16_000);
  for (const frame of toFrames(ramp(960), { sampleRate: 48_000, atMs: 0 })) await converter.push(frame);
  for (const frame of toFrames(ramp(960), { sampleRate: 48_000, atMs: 500 })) await converter.push(frame);
  converter.flush();
  converter[Symbol.dispose]();
  const before = frames.filter((frame) => frame.atMs < 500);
  expect(before.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(320);
  expect(frames[before.length]?.atMs).toBe(500);
});

test('times that a source rounded to milliseconds make no gaps', async () => {
  const { frames, converter } = collect(16_000);
  for (const frame of toFrames(ramp(44_100), { sampleRate: 44_100, frameMs: 23.2 }))
    await converter.push({ ...frame, atMs: Math.round(frame.atMs) });
  converter.flush();
  converter[Symbol.dispose]();
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(16_000);
});

test('a source may change its rate in mid-stream', async () => {
  const { frames, converter } = collect(16_000);
  for (const frame of toFrames(ramp(960), { sampleRate: 48_000, atMs: 0 })) await converter.push(frame);
  for (const frame of toFrames(ramp(320), { sampleRate: 16_000, atMs: 20 })) await converter.push(frame);
  for (const frame of toFrames(ramp(480), { sampleRate: 24_000, atMs: 40 })) await converter.push(frame);
  converter.flush();
  converter[Symbol.dispose]();
  expect(frames.map((frame) => frame.atMs)).toEqual(frames.map((frame) => frame.atMs).toSorted((first, second) => first - second));
  expect(frames.reduce((sum, frame) => sum + frame.samples.length, 0)).toBe(960);
});

test('pushing on while a resampler is loaded, or after disposal, is told', async () => {
  const { frames, converter } = collect(16_000);
  const [frame] = toFrames(ramp(480), { sampleRate: 24_000 });
  if (frame === undefined) throw new Error('there is one');
  const loading = converter.push(frame);
  expect(() => converter.push(frame)).toThrow('await what the push before returned');
  converter[Symbol.dispose]();
  await loading;
  expect(frames).toEqual([]);
  expect(() => converter.push(frame)).toThrow('was disposed');
});

test('a rate that cannot be resampled is an error of the push, and the next frame may be a better one', async () => {
  const { frames, converter } = collect(16_000);
  await expect(converter.push({ samples: new Int16Array(10), sampleRate: 1, channels: 1, atMs: 0 })).rejects.toThrow('not 1');
  void converter.push({ samples: new Int16Array(160), sampleRate: 16_000, channels: 1, atMs: 0 });
  expect(frames).toHaveLength(1);
});
