import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';
import { holdClock } from '../time/hold-clock.js';
import { mixToMono } from './mix-to-mono.js';
import { createResampler, type Resampler } from './resampler.js';

export interface FrameConverterOptions {
  /** Hertz wanted. */
  readonly sampleRate: number;
  /** Of the call: a virtual one stands still while a resampler is loaded, which takes real time. */
  readonly clock: Clock;
  /** Called in order, for each frame that is ready: mostly within `push`. */
  readonly onFrame: (frame: AudioFrame) => void;
  /** The resampler's, if one is needed. */
  readonly quality?: number;
}

/**
 * Brings the frames of one stream to mono at one rate. Frames that are so already are passed on as they are, at the cost of a call. Times
 * stay right: a converted frame's `atMs` is that of its first sample on the line of the frames given, gaps included.
 */
export interface FrameConverter extends Disposable {
  /**
   * Returns nothing, or, when a rate is met for which a resampler must be made first, a promise to await before the next push:
   * `const loading = converter.push(frame); if (loading) await loading;`. It rejects if none can be made.
   *
   * @throws {Error} The promise of the push before was not awaited, or the converter was disposed.
   */
  push(frame: AudioFrame): Promise<void> | undefined;
  /** The stream has ended, or pauses: what the filter still holds, at most a few milliseconds, is passed on. */
  flush(): void;
}

export function createFrameConverter(options: FrameConverterOptions): FrameConverter {
  return new LazyFrameConverter(options);
}

/** Sources round the times they give; a frame off by more than this begins a new stretch. */
const toleranceMs = 2;
const shortestFrameMs = 10;
const longestFrameMs = 60;
const nothing = new Int16Array(0);

class LazyFrameConverter implements FrameConverter {
  readonly #options: FrameConverterOptions;
  #resampler: Resampler | undefined;
  #state: 'ready' | 'loading' | 'disposed' = 'ready';
  /** The stretch under way at the resampler: where it began, and samples taken and passed on since. */
  #stretch: { readonly atMs: number; taken: number; given: number } | undefined;
  /** Resampled, but too short for a frame as yet. */
  #pending: Int16Array = nothing;

  constructor(options: FrameConverterOptions) {
    this.#options = options;
  }

  push(frame: AudioFrame): Promise<void> | undefined {
    if (this.#state === 'disposed') throw new Error('the frame converter was disposed: make a new one');
    if (this.#state === 'loading') throw new Error('a resampler is being loaded: await what the push before returned');
    if (frame.sampleRate === this.#options.sampleRate) {
      this.flush();
      this.#options.onFrame(frame.channels === 1 ? frame : { ...frame, samples: mixToMono(frame.samples, frame.channels), channels: 1 });
      return undefined;
    }
    if (this.#resampler?.fromRate !== frame.sampleRate) return this.#load(frame);
    this.#resample(this.#resampler, frame);
    return undefined;
  }

  flush(): void {
    if (this.#resampler === undefined || this.#stretch === undefined) return;
    this.#pass(this.#stretch, { samples: this.#resampler.flush(), isLast: true });
    this.#stretch = undefined;
  }

  [Symbol.dispose](): void {
    this.#state = 'disposed';
    this.#resampler?.[Symbol.dispose]();
    this.#resampler = undefined;
    this.#stretch = undefined;
  }

  async #load(frame: AudioFrame): Promise<void> {
    this.flush();
    this.#resampler?.[Symbol.dispose]();
    this.#resampler = undefined;
    this.#state = 'loading';
    const { sampleRate: toRate, clock, quality } = this.#options;
    const { sampleRate: fromRate } = frame;
    try {
      const resampler = await holdClock(clock, () => createResampler({ fromRate, toRate, ...(quality !== undefined && { quality }) }));
      if (this.#isDisposed) return resampler[Symbol.dispose]();
      this.#resampler = resampler;
      this.#resample(resampler, frame);
    } finally {
      if (!this.#isDisposed) this.#state = 'ready';
    }
  }

  /** Read through a getter, as disposal may come while a load is awaited. */
  get #isDisposed(): boolean {
    return this.#state === 'disposed';
  }

  #resample(resampler: Resampler, frame: AudioFrame): void {
    const expectedMs = this.#stretch === undefined ? frame.atMs : this.#stretch.atMs + (this.#stretch.taken * 1_000) / frame.sampleRate;
    if (Math.abs(frame.atMs - expectedMs) > toleranceMs) this.flush();
    this.#stretch ??= { atMs: frame.atMs, taken: 0, given: 0 };
    const mono = mixToMono(frame.samples, frame.channels);
    this.#stretch.taken += mono.length;
    this.#pass(this.#stretch, { samples: resampler.push(mono), isLast: false });
  }

  #pass(stretch: { readonly atMs: number; given: number }, made: { readonly samples: Int16Array; readonly isLast: boolean }): void {
    const { sampleRate, onFrame } = this.#options;
    const samples = joined(this.#pending, made.samples);
    const isShort = samples.length < (shortestFrameMs * sampleRate) / 1_000;
    this.#pending = isShort && !made.isLast ? samples : nothing;
    if (samples.length === 0 || this.#pending === samples) return;
    // Mostly one; after a held-back rest it may be too long for one.
    const count = Math.ceil(samples.length / ((longestFrameMs * sampleRate) / 1_000));
    for (let index = 0; index < count; index++) {
      const start = Math.floor((samples.length * index) / count);
      const piece = samples.subarray(start, Math.floor((samples.length * (index + 1)) / count));
      const atMs = stretch.atMs + (stretch.given * 1_000) / sampleRate;
      stretch.given += piece.length;
      onFrame({ samples: piece, sampleRate, channels: 1, atMs });
    }
  }
}

function joined(first: Int16Array, second: Int16Array): Int16Array {
  if (first.length === 0) return second;
  const both = new Int16Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}
