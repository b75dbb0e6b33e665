import fc from 'fast-check';
import { expect, test } from 'vitest';
import { createResampler, type Resampler } from './resampler.js';
import { loadSpeexModule } from './speex-module.js';

const pairs: readonly (readonly [number, number])[] = [
  [48_000, 16_000],
  [16_000, 48_000],
  [24_000, 16_000],
  [16_000, 24_000],
  [44_100, 16_000],
  [16_000, 44_100],
  [22_050, 16_000],
  [11_025, 16_000],
  [8_000, 16_000],
  [16_000, 8_000],
  [192_000, 8_000],
  [8_000, 192_000],
  [12_347, 16_000],
];

function sine(rate: number, options: { readonly hertz: number; readonly seconds: number }): Int16Array {
  return Int16Array.from(
    { length: Math.round(rate * options.seconds) },
    (_, index) => 12_000 * Math.sin((2 * Math.PI * options.hertz * index) / rate),
  );
}

function runThrough(resampler: Resampler, samples: Int16Array, chunk = samples.length): Int16Array {
  const parts: Int16Array[] = [];
  for (let start = 0; start < samples.length; start += chunk) parts.push(resampler.push(samples.subarray(start, start + chunk)));
  return joined([...parts, resampler.flush()]);
}

function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  parts.reduce((start, part) => {
    whole.set(part, start);
    return start + part.length;
  }, 0);
  return whole;
}

test.each(pairs)('an impulse keeps its place from %i to %i Hz, to a hundredth of a millisecond', async (fromRate, toRate) => {
  using resampler = await createResampler({ fromRate, toRate });
  const position = Math.floor(fromRate * 0.1) + 7;
  const input = new Int16Array(Math.floor(fromRate * 0.2));
  input[position] = 30_000;
  const output = runThrough(resampler, input, 480);
  let energy = 0;
  let moment = 0;
  output.forEach((sample, index) => {
    energy += sample ** 2;
    moment += index * sample ** 2;
  });
  expect((moment / energy / toRate) * 1_000).toBeCloseTo((position / fromRate) * 1_000, 2);
});

test.each(pairs)('a tone comes out as the same tone, in phase, from %i to %i Hz', async (fromRate, toRate) => {
  using resampler = await createResampler({ fromRate, toRate });
  const output = runThrough(resampler, sine(fromRate, { hertz: 440, seconds: 0.3 }), 1_000);
  const ideal = sine(toRate, { hertz: 440, seconds: 0.3 });
  const margin = Math.round(toRate * 0.01);
  let signal = 0;
  let noise = 0;
  for (let index = margin; index < ideal.length - margin; index++) {
    signal += ideal[index]! ** 2;
    noise += (ideal[index]! - (output[index] ?? 0)) ** 2;
  }
  expect(10 * Math.log10(signal / noise)).toBeGreaterThan(70);
});

test.each(pairs)('the output is as long as the input, rounded up, from %i to %i Hz', async (fromRate, toRate) => {
  using resampler = await createResampler({ fromRate, toRate });
  for (const length of [1, 2, 159, 441, 4_096, 10_007]) {
    const output = runThrough(resampler, new Int16Array(length), 100);
    expect(output.length).toBe(Math.ceil((length * toRate) / fromRate));
  }
});

test('pieces of any length give the very samples that the whole gives', async () => {
  const input = Int16Array.from({ length: 9_000 }, (_, index) => ((index * 7_919) % 20_001) - 10_000);
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...pairs),
      fc.array(fc.integer({ min: 1, max: 6_000 }), { minLength: 1, maxLength: 8 }),
      async ([fromRate, toRate], lengths) => {
        using whole = await createResampler({ fromRate, toRate });
        using pieces = await createResampler({ fromRate, toRate });
        const expected = runThrough(whole, input);
        const parts: Int16Array[] = [];
        let start = 0;
        for (let index = 0; start < input.length; index++) {
          const length = lengths[index % lengths.length] ?? 1;
          parts.push(pieces.push(input.subarray(start, start + length)));
          start += length;
        }
        const actual = joined([...parts, pieces.flush()]);
        expect(actual.length).toBe(expected.length);
        expect(Buffer.compare(Buffer.from(actual.buffer), Buffer.from(expected.buffer))).toBe(0);
      },
    ),
    { numRuns: 30 },
  );
});

test('after a flush or a reset, the next stream begins as if there had been none before', async () => {
  using resampler = await createResampler({ fromRate: 44_100, toRate: 16_000 });
  const input = sine(44_100, { hertz: 300, seconds: 0.1 });
  const first = runThrough(resampler, input);
  expect(runThrough(resampler, input)).toEqual(first);
  resampler.push(input.subarray(0, 1_234));
  resampler.reset();
  expect(runThrough(resampler, input)).toEqual(first);
});

test('output trails input by the delay it states', async () => {
  using resampler = await createResampler({ fromRate: 48_000, toRate: 16_000 });
  expect(resampler.delayMs).toBe(2.5);
  expect(resampler.push(new Int16Array(960)).length).toBe(320 - 40);
});

test('equal rates pass samples through as they are', async () => {
  using resampler = await createResampler({ fromRate: 16_000, toRate: 16_000 });
  const samples = Int16Array.of(1, 2, 3);
  expect(resampler.push(samples)).toBe(samples);
  expect(resampler.flush()).toHaveLength(0);
});

test('a rate or quality out of range is refused by name and value', async () => {
  await expect(createResampler({ fromRate: 0, toRate: 16_000 })).rejects.toThrow(
    'a rate to resample from is a whole number from 4000 to 384000, not 0',
  );
  await expect(createResampler({ fromRate: 16_000, toRate: 44_100.5 })).rejects.toThrow('not 44100.5');
  await expect(createResampler({ fromRate: 16_000, toRate: 8_000, quality: 11 })).rejects.toThrow(
    'quality is a whole number from 0 to 10, not 11',
  );
});

test('a disposed resampler says so, and disposing twice is harmless', async () => {
  const resampler = await createResampler({ fromRate: 48_000, toRate: 16_000 });
  resampler[Symbol.dispose]();
  resampler[Symbol.dispose]();
  resampler.reset();
  expect(() => resampler.push(new Int16Array(10))).toThrow('was disposed');
});

test('20,000 resamplers made and disposed leave the memory of the filter as it was', async () => {
  const speex = await loadSpeexModule();
  const before = speex.HEAP16.byteLength;
  for (let count = 0; count < 20_000; count++) {
    using resampler = await createResampler({ fromRate: 24_000, toRate: 16_000 });
    resampler.push(new Int16Array(48));
  }
  expect(speex.HEAP16.byteLength).toBe(before);
});

test('loading the filter leaves no listener on the process', async () => {
  const before = process.listenerCount('unhandledRejection');
  await loadSpeexModule();
  const foreign = process
    .rawListeners('unhandledRejection')
    .map(String)
    .filter((source) => source.includes('RuntimeError'));
  expect(process.listenerCount('unhandledRejection')).toBe(before);
  expect(foreign).toEqual([]);
});
