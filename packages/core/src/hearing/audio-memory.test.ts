import { describe, expect, test } from 'vitest';
import { createFrameConverter } from '../audio/frame-converter.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { AudioMemory } from './audio-memory.js';

const frame = (atMs: number, ms = 20) => ({ samples: new Int16Array(ms * 16), sampleRate: 16_000, channels: 1, atMs });
const startsOf = (memory: AudioMemory, sinceMs = -Infinity): number[] => memory.since(sinceMs).map(({ atMs }) => atMs);

function filled(limitMs: number, untilMs: number): AudioMemory {
  const memory = new AudioMemory(limitMs);
  for (let atMs = 0; atMs < untilMs; atMs += 20) memory.push(frame(atMs));
  return memory;
}

describe('what is kept', () => {
  test('is the newest audio, no longer than the limit', () => {
    expect(startsOf(filled(100, 1000))).toEqual([900, 920, 940, 960, 980]);
    expect(startsOf(filled(100, 60))).toEqual([0, 20, 40]);
  });

  test('is bounded for as long as a call may last', () => {
    expect(startsOf(filled(1000, 3_600_000)).length).toBe(50);
  });

  test('is less from when the limit is lowered, and more only from when it is raised', () => {
    const memory = filled(100, 1000);
    memory.limit(40);
    expect(startsOf(memory)).toEqual([960, 980]);
    memory.limit(100);
    memory.push(frame(1000));
    expect(startsOf(memory)).toEqual([960, 980, 1000]);
  });

  test('is what reaches beyond a time, a frame in its midst too', () => {
    const memory = filled(1000, 100);
    expect(startsOf(memory, 40)).toEqual([40, 60, 80]);
    expect(startsOf(memory, 41)).toEqual([40, 60, 80]);
    expect(startsOf(memory, 100)).toEqual([]);
  });

  test('is without what is done with', () => {
    const memory = filled(1000, 100);
    memory.forgetUntil(60);
    expect(startsOf(memory)).toEqual([60, 80]);
    memory.forgetUntil(50);
    expect(startsOf(memory)).toEqual([60, 80]);
    memory.forgetUntil(Infinity);
    expect(startsOf(memory)).toEqual([]);
  });

  test('counts a gap as time that has passed', () => {
    const memory = filled(100, 100);
    memory.push(frame(10_000));
    expect(startsOf(memory)).toEqual([10_000]);
  });

  test('is of one line only: one that begins anew leaves nothing of the one before, and is bounded too', () => {
    const memory = filled(100, 3_600_000);
    for (let atMs = 0; atMs < 1000; atMs += 20) memory.push(frame(atMs));
    expect(startsOf(memory)).toEqual([900, 920, 940, 960, 980]);
  });

  test('is the frame itself, not a copy', () => {
    const memory = new AudioMemory(1000);
    const only = frame(0);
    memory.push(only);
    expect(memory.since(0)[0]).toBe(only);
  });
});

describe('S171 the memory as a ring', () => {
  test('holds 3 s of 1200 pushes of 50 ms, at their places', () => {
    const memory = new AudioMemory(3000);
    for (let index = 0; index < 1200; index += 1) memory.push(frame(index * 50, 50));
    expect(startsOf(memory)).toEqual(Array.from({ length: 60 }, (_entry, index) => 57_000 + index * 50));
  });

  test('lets the oldest go as the newest come: six of seven', () => {
    const memory = new AudioMemory(6);
    for (let atMs = 1; atMs <= 7; atMs += 1) memory.push(frame(atMs, 1));
    expect(startsOf(memory)).toEqual([2, 3, 4, 5, 6, 7]);
  });

  test('lets whole frames go: of four samples and then three, in six, the last three are left', () => {
    const memory = new AudioMemory(6);
    memory.push(frame(1, 4));
    expect(startsOf(memory)).toEqual([1]);
    memory.push(frame(5, 3));
    expect(startsOf(memory)).toEqual([5]);
  });

  test('is fed the mean of both channels, at its own rate, and measures what comes of it', async () => {
    const memory = new AudioMemory(100);
    const converter = createFrameConverter({ sampleRate: 16_000, clock: new VirtualClock(), onFrame: (one) => memory.push(one) });
    // Three seconds at 48 kHz: 1,000 on the left, 3,000 on the right.
    const samples = Int16Array.from({ length: 2 * 960 }, (_entry, index) => (index % 2 === 0 ? 1000 : 3000));
    for (let atMs = 0; atMs < 3000; atMs += 20) await converter.push({ samples, sampleRate: 48_000, channels: 2, atMs });
    converter[Symbol.dispose]();
    const kept = memory.since(-Infinity);
    expect(kept.every(({ sampleRate, channels }) => sampleRate === 16_000 && channels === 1)).toBe(true);
    const length = kept.reduce((sum, one) => sum + one.samples.length, 0);
    expect(length).toBeLessThanOrEqual(1600);
    expect(length).toBeGreaterThan(1600 - 2 * 320);
    for (const one of kept) for (const sample of one.samples) expect(Math.abs(sample - 2000)).toBeLessThanOrEqual(20);
  });

  test('holds nothing of a frame longer than itself, and goes on after it', () => {
    const memory = new AudioMemory(30);
    memory.push(frame(0, 60));
    expect(startsOf(memory)).toEqual([]);
    memory.push(frame(60, 20));
    expect(startsOf(memory)).toEqual([60]);
  });

  test('what was read of it is not changed by what comes later', () => {
    const memory = filled(100, 100);
    const read = memory.since(0);
    for (let atMs = 100; atMs < 1000; atMs += 20) memory.push(frame(atMs));
    expect(read.map(({ atMs }) => atMs)).toEqual([0, 20, 40, 60, 80]);
  });
});
