import { describe, expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { frameEndMs, frameMs, StreamLine } from './stream-line.js';

const frame = (atMs: number, ms = 20) => ({ samples: new Int16Array(ms * 16), sampleRate: 16_000, channels: 1, atMs });

test('a frame lasts as long as its samples of one channel', () => {
  const stereo = { samples: new Int16Array(882), sampleRate: 44_100, channels: 2, atMs: 100 };
  expect([frameMs(stereo), frameEndMs(stereo)]).toEqual([10, 110]);
});

describe('the line', () => {
  test('puts the end of a frame at the clock’s now, and what was before it before', async () => {
    const clock = new VirtualClock();
    await clock.advanceTo(5000);
    const line = new StreamLine(clock);
    line.place(frame(60_000));
    expect([line.toClock(60_020), line.toClock(59_520), line.fromClock(4900), line.endMs]).toEqual([5000, 4500, 59_920, 60_020]);
  });

  test('follows an input that falls behind', async () => {
    const clock = new VirtualClock();
    const line = new StreamLine(clock);
    await clock.advanceTo(20);
    line.place(frame(0));
    await clock.advanceTo(140);
    line.place(frame(20));
    expect(line.toClock(40)).toBe(140);
  });

  test('leaves frames in their place as long as they move forward, gaps and rounding included', () => {
    const line = new StreamLine(new VirtualClock());
    for (const atMs of [0, 20, 39.5, 500, 520]) {
      const given = frame(atMs);
      expect(line.place(given)).toBe(given);
    }
  });

  test('puts an input that begins anew behind the one before it', async () => {
    const clock = new VirtualClock();
    const line = new StreamLine(clock);
    await clock.advanceTo(60_000);
    line.place(frame(59_980));
    await clock.advanceTo(60_020);
    expect(line.place(frame(0)).atMs).toBe(60_000);
    expect(line.place(frame(20)).atMs).toBe(60_020);
    await clock.advanceTo(61_000);
    expect(line.place(frame(900)).atMs).toBe(60_900);
    expect(line.toClock(60_920)).toBe(61_000);
  });
});
