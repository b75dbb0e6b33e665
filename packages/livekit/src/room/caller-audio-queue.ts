import type { AudioChunk, AudioFrame } from '@parley/core/provider';
import { Channel } from '@parley/core/provider-kit';

/** Contract: a gap is reported at most 100 ms at a time. */
const longestGapMs = 100;
/** Ten seconds of frames of 20 ms. */
const capacity = 500;

/**
 * What is heard of a caller, on a time line of its own that begins at 0 and has no holes, for one reader. It waits for nobody: when there is
 * more than ten seconds of it, the oldest goes, and the reader is told of a gap instead.
 */
export class CallerAudioQueue implements AsyncIterableIterator<AudioChunk, undefined> {
  readonly #channel: Channel<AudioChunk>;
  readonly #onReturn: () => void;
  #endMs = 0;
  /** What was dropped since the last read: it lies before all that waits. */
  #dropped: { readonly fromMs: number; readonly untilMs: number } | undefined;

  /** @param onReturn The reader left. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
    this.#channel = new Channel<AudioChunk>({ capacity, whenFull: 'drop-oldest', onDrop: (chunk) => this.#onDrop(chunk) });
  }

  /** Where the time line ends so far. */
  get endMs(): number {
    return this.#endMs;
  }

  audio(samples: Int16Array, format: Pick<AudioFrame, 'sampleRate' | 'channels'>): void {
    const frame = { samples, ...format, atMs: this.#endMs };
    this.#endMs += durationMs(frame);
    void this.#channel.push({ type: 'audio', frame });
  }

  /** Nothing is heard for so long. */
  gap(lengthMs: number): void {
    for (let left = lengthMs; left > 0; left -= longestGapMs) {
      const part = Math.min(left, longestGapMs);
      void this.#channel.push({ type: 'gap', atMs: this.#endMs, durationMs: part });
      this.#endMs += part;
    }
  }

  /** No more comes; what waits is still read. */
  end(): void {
    this.#channel.end();
  }

  next(): Promise<IteratorResult<AudioChunk, undefined>> {
    if (this.#dropped === undefined) return this.#channel.next();
    const { fromMs, untilMs } = this.#dropped;
    const part = Math.min(longestGapMs, untilMs - fromMs);
    this.#dropped = fromMs + part < untilMs ? { fromMs: fromMs + part, untilMs } : undefined;
    return Promise.resolve({ done: false, value: { type: 'gap', atMs: fromMs, durationMs: part } });
  }

  return(): Promise<IteratorResult<AudioChunk, undefined>> {
    this.#dropped = undefined;
    this.#onReturn();
    return this.#channel.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #onDrop(chunk: AudioChunk): void {
    const fromMs = chunk.type === 'gap' ? chunk.atMs : chunk.frame.atMs;
    const untilMs = fromMs + (chunk.type === 'gap' ? chunk.durationMs : durationMs(chunk.frame));
    this.#dropped = { fromMs: this.#dropped?.fromMs ?? fromMs, untilMs };
  }
}

const durationMs = ({ samples, sampleRate, channels }: AudioFrame): number => (samples.length * 1000) / (channels * sampleRate);
