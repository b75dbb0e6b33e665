import type { AudioChunk, AudioFrame } from '@parley/core/provider';
import { AudioQueue } from '@parley/core/provider-kit';

/** Ten seconds of frames of 20 ms. */
const capacity = 500;

/** What is heard of a caller, on a time line of its own that begins at 0 and has no holes: of more than ten seconds the oldest goes. */
export class CallerAudioQueue {
  readonly #queue: AudioQueue;
  #endMs = 0;

  /** @param onReturn The reader left. */
  constructor(onReturn: () => void) {
    this.#queue = new AudioQueue({ capacity, onReturn });
  }

  /** For one reader. */
  get chunks(): AsyncIterableIterator<AudioChunk, undefined> {
    return this.#queue;
  }

  /** Where the time line ends so far. */
  get endMs(): number {
    return this.#endMs;
  }

  audio(samples: Int16Array, format: Pick<AudioFrame, 'sampleRate' | 'channels'>): void {
    this.#queue.push({ samples, ...format, atMs: this.#endMs });
    this.#endMs += (samples.length * 1000) / (format.channels * format.sampleRate);
  }

  /** Nothing is heard for so long. */
  gap(lengthMs: number): void {
    this.#queue.gap(this.#endMs, lengthMs);
    this.#endMs += lengthMs;
  }

  /** No more comes; what waits is still read. */
  end(): void {
    this.#queue.end();
  }
}
