import fc from 'fast-check';
import { expect, test } from 'vitest';
import { KeptAudio } from './kept-audio.js';

/** Frames of these lengths whose samples count from 0, one number per channel. */
function framesOf(lengths: readonly number[], channels: number) {
  let place = 0;
  return lengths.map((length) => {
    const samples = Int16Array.from({ length: length * channels }, (_entry, index) => place + Math.floor(index / channels));
    place += length;
    return { samples, sampleRate: 8000, channels, atMs: 0 };
  });
}

test('whatever was played by then, all of it and nothing twice is taken after a rewind', () => {
  const lengths = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(lengths, fc.constantFrom(1, 2), fc.array(fc.nat({ max: 400 }), { maxLength: 6 }), (drawn, channels, plays) => {
      const audio = new KeptAudio();
      const total = drawn.reduce((sum, length) => sum + length, 0);
      for (const frame of framesOf(drawn, channels)) audio.push(frame);
      expect(audio.total).toBe(total);
      const heard: number[] = [];
      let played = 0;
      for (const [index, play] of [...plays, total].entries()) {
        const last = index === plays.length;
        const taken: number[] = [];
        for (let frame = audio.take(); frame !== undefined; frame = audio.take()) taken.push(...frame.samples);
        expect([audio.taken, taken.length]).toEqual([total, (total - played) * channels]);
        const until = last ? total : Math.min(total, played + (play % 40));
        heard.push(...taken.slice(0, (until - played) * channels));
        // An output tells of its progress on the way.
        audio.forget(Math.floor((played + until) / 2));
        audio.rewind(until);
        played = until;
      }
      expect(heard).toEqual(framesOf([total], channels).flatMap((frame) => [...frame.samples]));
      expect(audio.take()).toBeUndefined();
    }),
  );
});

test('audio that comes after a rewind is taken in its turn', () => {
  const audio = new KeptAudio();
  const [first, second] = framesOf([10, 10], 1);
  if (first === undefined || second === undefined) throw new Error('two frames');
  audio.push(first);
  audio.take();
  audio.rewind(4);
  audio.push(second);
  expect([audio.take()?.samples.length, audio.take()?.samples.length, audio.take()]).toEqual([6, 10, undefined]);
});

test('a cleared one has nothing more to take, and still knows how much there was', () => {
  const audio = new KeptAudio();
  for (const frame of framesOf([10, 10], 1)) audio.push(frame);
  audio.clear();
  expect([audio.take(), audio.total]).toEqual([undefined, 20]);
});
