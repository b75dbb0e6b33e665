import type { AudioFrame } from '../provider/audio-frame.js';

/** A mono frame, or one that has so many channels already, with each sample in every channel. */
export function toChannels(frame: AudioFrame, channels: number): AudioFrame {
  if (frame.channels === channels) return frame;
  const samples = new Int16Array(frame.samples.length * channels);
  for (let index = 0; index < samples.length; index += 1) samples[index] = frame.samples[Math.floor(index / channels)] ?? 0;
  return { ...frame, samples, channels };
}
