import type { AudioFrame } from '../provider/audio-frame.js';

/** Beyond any rate at which speech is recorded. */
const highestRate = 384_000;
const mostChannels = 32;

/** Why a frame cannot be played or heard; nothing, if it can. Cheap: looks at no sample. */
export function frameFault(frame: AudioFrame): string | undefined {
  if (typeof frame !== 'object' || !(frame?.samples instanceof Int16Array)) return 'a frame without 16-bit samples';
  const { samples, sampleRate, channels, atMs } = frame;
  if (!(sampleRate > 0 && sampleRate <= highestRate)) return 'a frame of a sample rate that is none';
  if (!(channels >= 1 && channels <= mostChannels && Number.isInteger(channels))) return 'a frame of a number of channels that is none';
  if (samples.length === 0) return 'an empty frame';
  if (samples.length % channels !== 0) return 'a frame that ends in the midst of its channels';
  return Number.isFinite(atMs) ? undefined : 'a frame whose time is no number';
}
