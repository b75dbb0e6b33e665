import type { AudioFrame } from '@parley/core/provider';

export interface FramingOptions {
  readonly sampleRate: number;
  /** Of the first frame. Default 0. */
  readonly atMs?: number | undefined;
  /** Samples of each frame in turn, over and over. Default: 20 ms. */
  readonly lengths?: readonly number[] | undefined;
}

/** Mono samples as frames. */
export function framesOf(
  samples: Int16Array,
  { sampleRate, atMs = 0, lengths = [sampleRate / 50] }: FramingOptions,
): readonly AudioFrame[] {
  const frames: AudioFrame[] = [];
  for (let from = 0; from < samples.length;) {
    const length = lengths[frames.length % lengths.length] ?? samples.length;
    frames.push({ samples: samples.subarray(from, from + length), sampleRate, channels: 1, atMs: atMs + (from * 1000) / sampleRate });
    from += length;
  }
  return frames;
}

export const durationMs = ({ samples, sampleRate, channels }: AudioFrame): number => (samples.length * 1000) / (sampleRate * channels);

/** Samples that tell their own place: a ramp that goes up by one, and begins anew after 20,000. */
export const countingSamples = (length: number, from = 0): Int16Array =>
  Int16Array.from({ length }, (_one, index) => ((from + index) % 20_000) - 10_000);

/** White noise that repeats for the same seed; never digital silence. */
export function noise(length: number, peak: number, seed = 1): Int16Array {
  let state = seed;
  return Int16Array.from({ length }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.round((state / 2 ** 31 - 1) * peak) || 1;
  });
}

export function joined(parts: readonly Int16Array[]): Int16Array {
  const whole = new Int16Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
