import { readFileSync } from 'node:fs';

/** Speech whose truth is known: two sentences, 16-bit mono. */
export interface SpeechSample {
  /** Hertz. */
  readonly sampleRate: number;
  readonly samples: Int16Array;
  /** Where each sentence begins and ends: stretches of 10 ms louder than 1 % of full scale. */
  readonly spoken: readonly { readonly startMs: number; readonly endMs: number }[];
}

const headerBytes = 44;
const ownRate = 16_000;
const spoken = [
  { startMs: 400, endMs: 1990 },
  { startMs: 2790, endMs: 4040 },
] as const;

let own: Int16Array | undefined;
const byRate = new Map<number, Int16Array>();

/**
 * "I would like to book a table." and "Thank you, goodbye.", at this rate.
 *
 * @param sampleRate Hertz. At rates other than 16,000 each sample is interpolated between its neighbours: good enough for a VAD to know a voice.
 */
export function speechSample(sampleRate: number): SpeechSample {
  const samples = byRate.get(sampleRate) ?? resampled(ownSamples(), sampleRate);
  byRate.set(sampleRate, samples);
  return { sampleRate, samples, spoken };
}

function ownSamples(): Int16Array {
  if (own !== undefined) return own;
  // Beside `src` and beside `dist`.
  const file = readFileSync(new URL('../fixtures/speech.wav', import.meta.url));
  own = Int16Array.from({ length: (file.length - headerBytes) / 2 }, (_one, index) => file.readInt16LE(headerBytes + index * 2));
  return own;
}

function resampled(samples: Int16Array, sampleRate: number): Int16Array {
  if (sampleRate === ownRate) return samples;
  const step = ownRate / sampleRate;
  const reach = Math.max(1, Math.round(step));
  return Int16Array.from({ length: Math.floor(samples.length / step) }, (_one, index) => {
    const at = Math.floor(index * step);
    // The mean of what one sample stands for: a low-pass, where there are fewer than before.
    let sum = 0;
    for (let offset = 0; offset < reach; offset += 1) sum += samples[at + offset] ?? 0;
    return Math.round(sum / reach);
  });
}
