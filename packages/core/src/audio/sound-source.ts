import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';
import { holdClock } from '../time/hold-clock.js';
import { toFrames } from './to-frames.js';
import { openWav, type WavReader } from './wav-reader.js';

/** What is sounded: a WAV file by its path, frames of any rate, or what makes them. Only what can be read again is repeated. */
export type SoundSource =
  | string
  | Iterable<AudioFrame>
  | AsyncIterable<AudioFrame>
  | (() => Iterable<AudioFrame> | AsyncIterable<AudioFrame>);

/** Read from a file at a time: few reads, and little memory. */
const pieceMs = 500;

/**
 * The source's frames from its start.
 *
 * @throws {WavError} While it is read: the file cannot be.
 */
export function soundFrames(source: SoundSource, clock: Clock): Iterable<AudioFrame> | AsyncIterable<AudioFrame> {
  if (typeof source === 'string') return wavFrames(source, clock);
  return typeof source === 'function' ? source() : source;
}

async function* wavFrames(path: string, clock: Clock): AsyncGenerator<AudioFrame> {
  const reader = await holdClock(clock, () => openWav(path));
  try {
    yield* framesOf(reader, clock);
  } finally {
    await holdClock(clock, () => Promise.resolve(reader[Symbol.asyncDispose]()));
  }
}

async function* framesOf(reader: WavReader, clock: Clock): AsyncGenerator<AudioFrame> {
  const { sampleRate, channels } = reader.format;
  const length = Math.ceil((pieceMs * sampleRate) / 1_000);
  let atMs = 0;
  for (;;) {
    const samples = await holdClock(clock, () => reader.read(length));
    if (samples.length === 0) return;
    yield* toFrames(samples, { sampleRate, channels, atMs, frameMs: 50 });
    atMs += (samples.length * 1_000) / (sampleRate * channels);
  }
}
