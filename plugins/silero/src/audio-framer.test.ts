import type { AudioFrame } from '@parley/core/provider';
import { isAPIError } from '@parley/core/provider';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AudioWindow, type FramerState, takeFrame } from './audio-framer.js';

const options = { sampleRate: 16_000, maxFillMs: 1000 } as const;

/** A frame of so many samples, each of them 1, so that silence filled in shows. */
const frame = (atMs: number, length: number): AudioFrame => ({
  samples: new Int16Array(length).fill(1),
  sampleRate: 16_000,
  channels: 1,
  atMs,
});

function frameAll(frames: readonly AudioFrame[]): { readonly windows: readonly AudioWindow[]; readonly state: FramerState | undefined } {
  let state: FramerState | undefined;
  const windows: AudioWindow[] = [];
  for (const given of frames) {
    const framed = takeFrame(state, given, options);
    state = framed.state;
    windows.push(...framed.windows);
  }
  return { windows, state };
}

const times = (windows: readonly AudioWindow[]) => windows.map(({ atMs }) => atMs);
const voiced = (windows: readonly AudioWindow[]) => windows.map(({ samples }) => samples.reduce((sum, sample) => sum + sample, 0));

test.each([
  { name: 'less than a window gives none', frames: [frame(0, 511)], at: [], heard: [] },
  { name: 'a window is given as soon as it is complete', frames: [frame(0, 320), frame(20, 320)], at: [0], heard: [512] },
  { name: 'the line begins where the first frame says', frames: [frame(61_000, 1024)], at: [61_000, 61_032], heard: [512, 512] },
  { name: 'a frame of several windows gives them all', frames: [frame(0, 1700)], at: [0, 32, 64], heard: [512, 512, 512] },
  {
    name: 'times rounded to whole milliseconds are no gap',
    frames: [frame(0, 344), frame(22, 344), frame(43, 344)],
    at: [0, 32],
    heard: [512, 512],
  },
  { name: 'a gap is heard as silence', frames: [frame(0, 512), frame(64, 512)], at: [0, 32, 64], heard: [512, 0, 512] },
  { name: 'a gap within a window is filled', frames: [frame(0, 160), frame(20, 512)], at: [0], heard: [352] },
  { name: 'an overlap moves the line back and drops no sample', frames: [frame(0, 512), frame(22, 512)], at: [0, 22], heard: [512, 512] },
])('$name', ({ frames, at, heard }) => {
  const { windows } = frameAll(frames);
  expect(times(windows)).toEqual(at);
  expect(voiced(windows)).toEqual(heard);
});

test('of a long gap only the beginning is filled, and the line goes on at the next frame', () => {
  const { windows, state } = frameAll([frame(0, 512), frame(3_600_000, 512)]);
  expect(windows).toHaveLength(33);
  expect(windows.at(-2)?.atMs).toBe(992);
  expect(windows.at(-1)?.atMs).toBe(3_600_000);
  expect(state?.startMs).toBe(3_600_032);
});

test('however audio is cut into frames, the windows are the same', () => {
  const samples = Int16Array.from({ length: 4000 }, (_, index) => index);
  const whole = frameAll([{ samples, sampleRate: 16_000, channels: 1, atMs: 0 }]).windows;
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 960 }), { maxLength: 40 }), (sizes) => {
      const frames: AudioFrame[] = [];
      let from = 0;
      for (const size of [...sizes, samples.length]) {
        if (from < samples.length)
          frames.push({ samples: samples.subarray(from, from + size), sampleRate: 16_000, channels: 1, atMs: from / 16 });
        from += size;
      }
      expect(frameAll(frames).windows).toEqual(whole);
    }),
    { seed: 1, numRuns: 25 },
  );
});

test.each([
  { name: 'of another rate', given: { ...frame(0, 480), sampleRate: 48_000 }, says: '48000 Hz with 1 channel(s)' },
  { name: 'in stereo', given: { ...frame(0, 480), channels: 2 }, says: '16000 Hz with 2 channel(s)' },
  { name: 'without a time', given: frame(Number.NaN, 480), says: 'at NaN ms' },
  { name: 'out of order', given: frame(-1100, 480), says: 'a frame at -1100 ms came after audio up to 10 ms' },
])('a frame $name is refused with what is wrong', ({ given, says }) => {
  const { state } = frameAll([frame(0, 160)]);
  let thrown: unknown;
  try {
    takeFrame(state, given, options);
  } catch (error) {
    thrown = error;
  }
  expect(isAPIError(thrown)).toBe(true);
  expect(thrown).toMatchObject({ kind: 'invalid-request', retryable: false, message: expect.stringContaining(says) });
});
