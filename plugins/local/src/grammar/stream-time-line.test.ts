import { expect, test } from 'vitest';
import { StreamTimeLine } from './stream-time-line.js';

const frame = (atMs: number, durationMs: number) => ({ samples: new Int16Array(durationMs * 16), sampleRate: 16_000, channels: 1, atMs });

test('times count on the line of the frames', () => {
  const line = new StreamTimeLine();
  line.add(frame(61_000, 20));
  line.add(frame(61_020, 20));
  expect([line.toStream(0), line.toStream(30), line.endMs]).toEqual([61_000, 61_030, 61_040]);
});

test('a gap in the stream is a gap in the times', () => {
  const line = new StreamTimeLine();
  line.add(frame(1000, 100));
  line.add(frame(1500, 100));
  expect([line.toStream(99), line.toStream(100), line.toStream(150), line.endMs]).toEqual([1099, 1500, 1550, 1600]);
});

test('frames whose times are rounded have no gaps between them', () => {
  const line = new StreamTimeLine();
  for (let index = 0; index < 100; index++) line.add(frame(Math.round(index * 20.3), 20));
  expect(line.toStream(1000)).toBeCloseTo(1000, -2);
});

test('no time is after the end of the audio', () => {
  const line = new StreamTimeLine();
  line.add(frame(0, 20));
  expect(line.toStream(50)).toBe(20);
});

test('before the first frame, times stay as they are', () => {
  expect([new StreamTimeLine().toStream(5), new StreamTimeLine().endMs]).toEqual([5, 0]);
});
