import { APIError, type AudioFrame } from '@parley/core/provider';

export interface AudioWindow {
  /** Its start, on the line of the frames. */
  readonly atMs: number;
  readonly samples: Int16Array;
}

/** Times rounded to whole milliseconds are no gap. */
const toleranceMs = 2;
/** Of a gap so much is heard as silence: speech ends within it. */
const longestFillMs = 2000;

/** Cuts frames into windows. The first frame says where the line begins; from there on samples are counted. */
export class AudioWindows {
  readonly #sampleRate: number;
  readonly #length: number;
  #startMs: number | undefined;
  #counted = 0;
  #rest = new Int16Array(0);

  constructor({ sampleRate, windowMs }: { readonly sampleRate: number; readonly windowMs: number }) {
    this.#sampleRate = sampleRate;
    this.#length = (sampleRate * windowMs) / 1000;
  }

  /** @throws {APIError} kind `invalid-request`: it is not of the stream's rate, or not mono. */
  push(frame: AudioFrame): readonly AudioWindow[] {
    if (frame.sampleRate !== this.#sampleRate || frame.channels !== 1 || !Number.isFinite(frame.atMs))
      throw refusal(frame, this.#sampleRate);
    const gapMs = frame.atMs - (this.#endMs ?? frame.atMs);
    const filled = gapMs > toleranceMs ? this.#cut(new Int16Array((Math.min(gapMs, longestFillMs) * this.#sampleRate) / 1000)) : [];
    // After a gap that was not filled to its end, or a line that went back, the frame says where it stands.
    if (this.#startMs === undefined || gapMs > longestFillMs || gapMs < -toleranceMs) this.#begin(frame.atMs);
    return [...filled, ...this.#cut(frame.samples)];
  }

  /** The next frame is the first of a new line. */
  reset(): void {
    this.#startMs = undefined;
    this.#rest = new Int16Array(0);
  }

  get #endMs(): number | undefined {
    return this.#startMs === undefined ? undefined : this.#startMs + this.#toMs(this.#counted + this.#rest.length);
  }

  #begin(atMs: number): void {
    this.#startMs = atMs - this.#toMs(this.#rest.length);
    this.#counted = 0;
  }

  #cut(samples: Int16Array): AudioWindow[] {
    const joined = new Int16Array(this.#rest.length + samples.length);
    joined.set(this.#rest);
    joined.set(samples, this.#rest.length);
    const windows: AudioWindow[] = [];
    let from = 0;
    for (; from + this.#length <= joined.length; from += this.#length) {
      windows.push({ atMs: (this.#startMs ?? 0) + this.#toMs(this.#counted), samples: joined.subarray(from, from + this.#length) });
      this.#counted += this.#length;
    }
    this.#rest = joined.subarray(from);
    return windows;
  }

  #toMs(samples: number): number {
    return (samples * 1000) / this.#sampleRate;
  }
}

function refusal({ sampleRate, channels, atMs }: AudioFrame, wanted: number): APIError {
  const message = `a frame of ${sampleRate} Hz with ${channels} channel(s) at ${atMs} ms was given to a stream of ${wanted} Hz, mono: convert it first`;
  return new APIError(message, { kind: 'invalid-request', provider: 'reference', retryable: false });
}
