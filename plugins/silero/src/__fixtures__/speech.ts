import { readFileSync } from 'node:fs';

/** A recording with its truth. */
export interface Recording {
  readonly sampleRate: number;
  readonly samples: Int16Array;
}

/** Where the two sentences of speech.wav begin and end, in milliseconds: 10 ms frames louder than 1 % of full scale. */
export const spoken = [
  { startMs: 400, endMs: 1990 },
  { startMs: 2790, endMs: 4040 },
] as const;

const headerBytes = 44;

/** The recording at 16 kHz. */
export function speech16(): Recording {
  const file = readFileSync(new URL('./speech.wav', import.meta.url));
  const samples = new Int16Array((file.length - headerBytes) / 2);
  for (let index = 0; index < samples.length; index += 1) samples[index] = file.readInt16LE(headerBytes + index * 2);
  return { sampleRate: 16_000, samples };
}

/** The same at 8 kHz: every second sample, after a windowed-sinc low-pass of 3.6 kHz that leaves no delay. */
export function speech8(): Recording {
  const { samples } = speech16();
  const reach = 32;
  const cutoff = 3600 / 16_000;
  const taps = Array.from({ length: 2 * reach + 1 }, (_, index) => {
    const offset = index - reach;
    const sinc = offset === 0 ? 2 * cutoff : Math.sin(2 * Math.PI * cutoff * offset) / (Math.PI * offset);
    return sinc * (0.5 + 0.5 * Math.cos((Math.PI * offset) / reach));
  });
  return {
    sampleRate: 8000,
    samples: Int16Array.from({ length: samples.length / 2 }, (_, index) => {
      let sum = 0;
      for (const [tap, weight] of taps.entries()) sum += weight * (samples[index * 2 + tap - reach] ?? 0);
      return Math.round(sum);
    }),
  };
}

/** White noise that repeats for the same seed; never digital silence. */
export function noise(length: number, seed: number, peak = 2000): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * peak) || 1;
  });
}
