import type { AudioFrame } from '@parley/core/provider';

/** Of the caller's audio: what speech recognisers ask for, so that nothing is resampled. */
export const callerSampleRate = 16_000;
export const frameMs = 20;
const length = (callerSampleRate * frameMs) / 1000;

/** Frames are never written to: one of voice and one of silence serve all calls, and making one is no part of what is measured. */
const voice = new Int16Array(length).fill(8000);
const silence = new Int16Array(length);

export const callerFrame = (isVoiced: boolean, atMs: number): AudioFrame => ({
  samples: isVoiced ? voice : silence,
  sampleRate: callerSampleRate,
  channels: 1,
  atMs,
});

/** As a real source makes them, each with memory of its own: for measuring how much of it a session keeps. */
export const ownedCallerFrame = (isVoiced: boolean, atMs: number): AudioFrame => ({
  ...callerFrame(isVoiced, atMs),
  samples: new Int16Array(isVoiced ? voice : silence),
});

/** A room that is never quite silent; the fakes hear voice in it by its first sample. */
const hum = Int16Array.from({ length }, (_, index) => ((index * 7919 + 104_729) % 401) - 200);
hum[0] = 0;
const voiceInHum = Int16Array.from(hum);
voiceInHum[0] = 8000;

/** As `callerFrame`, but never digital silence, which Silero leaves out: for measuring what it costs. */
export const noisyCallerFrame = (isVoiced: boolean, atMs: number): AudioFrame => ({
  ...callerFrame(isVoiced, atMs),
  samples: isVoiced ? voiceInHum : hum,
});

/** Of a sample: a tone of 8,000 is louder at its peaks, and what a codec leaves of silence is not. */
const loudSample = 1000;

/** What the fakes hear in a room, where silence is never quite silent. Some peak of a tone is among every fourth sample of 10 ms. */
export function isLoud({ samples }: Pick<AudioFrame, 'samples'>): boolean {
  for (let index = 0; index < samples.length; index += 4) if (Math.abs(samples[index] ?? 0) > loudSample) return true;
  return false;
}

/** What the fakes hear. */
export const isVoiced = (frame: AudioFrame): boolean => frame.samples[0] !== 0;
