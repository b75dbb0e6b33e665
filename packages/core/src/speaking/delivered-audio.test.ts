import { expect, test } from 'vitest';
import { DeliveredAudio } from './delivered-audio.js';

const sampleRate = 16_000;

/** So much of a segment, whose samples count its milliseconds. */
function frame(fromMs: number, toMs: number, channels = 1) {
  const samples = Int16Array.from(
    { length: (toMs - fromMs) * 16 * channels },
    (_entry, index) => fromMs + Math.floor(index / 16 / channels),
  );
  return { samples, sampleRate, channels, atMs: fromMs };
}

test('what is new is passed on as it is', () => {
  const delivered = new DeliveredAudio();
  const [first, second] = [frame(0, 20), frame(20, 40)];
  expect([delivered.take('a', first), delivered.take('a', second), delivered.take('b', first)]).toEqual([first, second, first]);
});

test('a further attempt leaves out what was delivered, to the sample', () => {
  const delivered = new DeliveredAudio();
  delivered.take('a', frame(0, 50));
  delivered.restart();
  expect(delivered.take('a', frame(0, 20))).toBeUndefined();
  expect(delivered.take('a', frame(20, 50))).toBeUndefined();
  expect(delivered.take('a', frame(50, 70))).toEqual(frame(50, 70));
  delivered.restart();
  const rest = delivered.take('a', frame(0, 100));
  expect([rest?.samples.length, rest?.samples[0], rest?.samples.at(-1)]).toEqual([30 * 16, 70, 99]);
});

test('an attempt that came less far than the one before it changes nothing', () => {
  const delivered = new DeliveredAudio();
  delivered.take('a', frame(0, 50));
  delivered.restart();
  delivered.take('a', frame(0, 20));
  delivered.restart();
  expect(delivered.take('a', frame(0, 60))?.samples.length).toBe(10 * 16);
});

test('segments are told apart, and stereo is cut between two samples of one instant', () => {
  const delivered = new DeliveredAudio();
  delivered.take('a', frame(0, 30, 2));
  delivered.restart();
  expect(delivered.take('b', frame(0, 40, 2))?.samples.length).toBe(40 * 16 * 2);
  expect(delivered.take('a', frame(0, 40, 2))?.samples.length).toBe(10 * 16 * 2);
});

test('a complete segment is forgotten', () => {
  const delivered = new DeliveredAudio();
  delivered.take('a', frame(0, 30));
  delivered.complete('a');
  delivered.restart();
  expect(delivered.take('a', frame(0, 30))?.samples.length).toBe(30 * 16);
});
