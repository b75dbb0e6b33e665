import fc from 'fast-check';
import { expect, test } from 'vitest';
import { TwoTrackWindow } from './two-track-window.js';

test('whatever is put and taken, each sample comes out at its place on its side', () => {
  const move = fc.record({
    track: fc.constantFrom(0 as const, 1 as const),
    pause: fc.integer({ min: 0, max: 4_000 }),
    length: fc.integer({ min: 0, max: 900 }),
    take: fc.integer({ min: 0, max: 1_500 }),
  });
  fc.assert(
    fc.property(fc.array(move, { maxLength: 12 }), (moves) => {
      const window = new TwoTrackWindow();
      const expected = [new Map<number, number>(), new Map<number, number>()] as const;
      const ends = [0, 0];
      const out: number[] = [];
      let value = 0;
      for (const { track, pause, length, take } of moves) {
        const position = (ends[track] ?? 0) + pause;
        const samples = Int16Array.from({ length }, () => (value = (value % 30_000) + 1));
        samples.forEach((sample, index) => position + index >= window.start && expected[track].set(position + index, sample));
        window.put(track, position, samples);
        ends[track] = position + length;
        for (const sample of window.take(take)) out.push(sample);
      }
      for (const sample of window.take(window.end - window.start)) out.push(sample);
      expect(window.start).toBe(out.length / 2);
      const wrong = out.findIndex((sample, index) => sample !== (expected[index % 2 === 0 ? 0 : 1].get(Math.floor(index / 2)) ?? 0));
      expect(wrong).toBe(-1);
    }),
  );
});

test('silence can be skipped once the rest was taken', () => {
  const window = new TwoTrackWindow();
  window.put(0, 10, Int16Array.of(1));
  expect(() => window.skip(5)).toThrow('11 samples are still to be taken');
  window.take(11);
  window.skip(1_000_000);
  window.put(1, 1_000_011, Int16Array.of(7));
  expect([...window.take(1)]).toEqual([0, 7]);
});
