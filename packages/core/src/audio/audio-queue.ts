import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioChunk } from '../provider/audio-input.js';
import { Channel } from '../stream/channel.js';

/** Contract: a gap is reported at most 100 ms at a time. */
const longestGapMs = 100;

export interface AudioQueueOptions {
  /** Frames, and pieces of gaps, kept for a slow reader. When there are more the oldest goes, and the reader is told of a gap instead. */
  readonly capacity: number;
  /** The reader left. */
  readonly onReturn?: () => void;
}

/** What a source that waits for nobody hears, on its way to one reader; its times go on without holes. */
export class AudioQueue implements AsyncIterableIterator<AudioChunk, undefined> {
  readonly #channel: Channel<AudioChunk>;
  readonly #onReturn: (() => void) | undefined;
  /** What was dropped since the last read: it lies before all that waits. */
  #gap: { readonly fromMs: number; readonly untilMs: number } | undefined;

  constructor(options: AudioQueueOptions) {
    this.#channel = new Channel<AudioChunk>({
      capacity: options.capacity,
      whenFull: 'drop-oldest',
      onDrop: (chunk) => this.#onDrop(chunk),
    });
    this.#onReturn = options.onReturn;
  }

  push(frame: AudioFrame): void {
    // Nothing to wait for: the oldest goes.
    void this.#channel.push({ type: 'audio', frame });
  }

  /** Nothing is heard for so long from `atMs` on. */
  gap(atMs: number, durationMs: number): void {
    for (let toldMs = 0; toldMs < durationMs; toldMs += longestGapMs)
      void this.#channel.push({ type: 'gap', atMs: atMs + toldMs, durationMs: Math.min(longestGapMs, durationMs - toldMs) });
  }

  /** No more frames; those waiting are still read. */
  end(): void {
    this.#channel.end();
  }

  /** As `end`, but the reader then gets this error. */
  fail(error: unknown): void {
    this.#channel.fail(error);
  }

  next(): Promise<IteratorResult<AudioChunk, undefined>> {
    if (this.#gap === undefined) return this.#channel.next();
    const { fromMs, untilMs } = this.#gap;
    const durationMs = Math.min(longestGapMs, untilMs - fromMs);
    this.#gap = fromMs + durationMs < untilMs ? { fromMs: fromMs + durationMs, untilMs } : undefined;
    return Promise.resolve({ done: false, value: { type: 'gap', atMs: fromMs, durationMs } });
  }

  return(): Promise<IteratorResult<AudioChunk, undefined>> {
    this.#gap = undefined;
    this.#onReturn?.();
    return this.#channel.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #onDrop(chunk: AudioChunk): void {
    const { fromMs, untilMs } = timeOf(chunk);
    this.#gap = { fromMs: this.#gap?.fromMs ?? fromMs, untilMs };
  }
}

function timeOf(chunk: AudioChunk): { readonly fromMs: number; readonly untilMs: number } {
  if (chunk.type === 'gap') return { fromMs: chunk.atMs, untilMs: chunk.atMs + chunk.durationMs };
  const { samples, sampleRate, channels, atMs } = chunk.frame;
  return { fromMs: atMs, untilMs: atMs + (samples.length * 1_000) / (channels * sampleRate) };
}
