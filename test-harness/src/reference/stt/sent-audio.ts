import type { AudioFrame } from '@parley/core/provider';

/** What was sent of a stream of frames: tells where on the stream's line an instant lies that the vendor counts from its first sample. */
export class SentAudio {
  /** Where frames began that did not follow on the one before. */
  readonly #starts: { readonly sentMs: number; readonly atMs: number }[] = [];
  readonly #sampleRate: number;
  #samples = 0;
  #nextMs = Number.NaN;

  /** @param sampleRate Hertz. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** Of audio, in milliseconds. */
  get sentMs(): number {
    return (this.#samples * 1000) / this.#sampleRate;
  }

  /** On the stream's line: where what was sent ends. */
  get endMs(): number {
    return Number.isNaN(this.#nextMs) ? 0 : this.#nextMs;
  }

  add({ atMs, samples }: AudioFrame): void {
    // Rounded times of frames are no gaps.
    if (!(Math.abs(atMs - this.#nextMs) < 1)) this.#starts.push({ sentMs: this.sentMs, atMs });
    this.#samples += samples.length;
    const start = this.#starts.at(-1);
    this.#nextMs = (start?.atMs ?? 0) + this.sentMs - (start?.sentMs ?? 0);
  }

  /** An instant that begins something. */
  startOf(vendorMs: number): number {
    return this.#place(vendorMs, (sentMs) => sentMs <= vendorMs);
  }

  /** An instant that ends something: at a gap it is before it. */
  endOf(vendorMs: number): number {
    return this.#place(vendorMs, (sentMs) => sentMs < vendorMs);
  }

  #place(vendorMs: number, isBefore: (sentMs: number) => boolean): number {
    const start = this.#starts.findLast(({ sentMs }) => isBefore(sentMs)) ?? this.#starts[0];
    return start === undefined ? vendorMs : start.atMs + vendorMs - start.sentMs;
  }
}
