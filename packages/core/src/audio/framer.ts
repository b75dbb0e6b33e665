import type { AudioFrame } from '../provider/audio-frame.js';
import { checkFrameOptions, type FrameOptions } from './frame-options.js';

/** Cuts a stream, given in runs of any length, into frames of one length. */
export interface Framer {
  /**
   * Whole frames, in order. Where they can be, they are views of the run: whoever pushes it must not write to it again.
   *
   * @throws {RangeError} The run's last sample lacks a channel.
   */
  push(samples: Int16Array): readonly AudioFrame[];
  /** What is left, if anything, as a shorter frame. Time goes on from its end. */
  flush(): AudioFrame | undefined;
  /** Time of the next sample pushed. */
  readonly atMs: number;
}

/**
 * A frame is a view of the run pushed, or, where it spans two runs, a copy. Times are counted in samples: they do not drift, whatever the
 * rate.
 *
 * @throws {RangeError} An option is out of range.
 */
export function createFramer(options: FrameOptions): Framer {
  return new SlabFramer(checkFrameOptions(options));
}

class SlabFramer implements Framer {
  readonly #options: Required<FrameOptions>;
  readonly #frameLength: number;
  /** The frame begun, as far as `#pendingLength`; made when needed, and handed over when full. */
  #pending: Int16Array | undefined;
  #pendingLength = 0;
  /** Samples handed over in frames, all channels. */
  #framed = 0;

  constructor(options: Required<FrameOptions>) {
    this.#options = options;
    this.#frameLength = Math.round((options.frameMs * options.sampleRate) / 1_000) * options.channels;
  }

  get atMs(): number {
    return this.#timeOf(this.#framed + this.#pendingLength);
  }

  push(samples: Int16Array): readonly AudioFrame[] {
    const { channels } = this.#options;
    if (samples.length % channels !== 0)
      throw new RangeError(`${samples.length} samples are no whole number of ${channels}-channel samples`);
    const frames: AudioFrame[] = [];
    let start = 0;
    if (this.#pendingLength > 0) {
      start = this.#fill(samples);
      if (this.#pendingLength === this.#frameLength) frames.push(this.#takePending());
    }
    for (; samples.length - start >= this.#frameLength; start += this.#frameLength) {
      frames.push(this.#frame(samples.subarray(start, start + this.#frameLength)));
    }
    if (start < samples.length) this.#fill(samples.subarray(start));
    return frames;
  }

  flush(): AudioFrame | undefined {
    return this.#pendingLength > 0 ? this.#takePending() : undefined;
  }

  /** Adds to the frame begun, and says how many samples it took. */
  #fill(samples: Int16Array): number {
    this.#pending ??= new Int16Array(this.#frameLength);
    const length = Math.min(samples.length, this.#frameLength - this.#pendingLength);
    this.#pending.set(samples.subarray(0, length), this.#pendingLength);
    this.#pendingLength += length;
    return length;
  }

  #takePending(): AudioFrame {
    const samples = (this.#pending ?? new Int16Array(0)).subarray(0, this.#pendingLength);
    this.#pending = undefined;
    this.#pendingLength = 0;
    return this.#frame(samples);
  }

  #frame(samples: Int16Array): AudioFrame {
    const { sampleRate, channels } = this.#options;
    const atMs = this.#timeOf(this.#framed);
    this.#framed += samples.length;
    return { samples, sampleRate, channels, atMs };
  }

  #timeOf(sample: number): number {
    const { sampleRate, channels, atMs } = this.#options;
    return atMs + (sample * 1_000) / (channels * sampleRate);
  }
}
