import type { AudioFrame } from '../provider/audio-frame.js';

/** From here on both lines run together, or, in silence of our own, only the vendor's does. */
interface Span {
  readonly sentMs: number;
  readonly atMs: number;
  readonly isSilence: boolean;
}

/** Gaps remembered: the vendor speaks of what was sent last. */
const mostSpans = 1000;
/** Frames whose times differ from the count of samples by less than this are without a gap. */
const toleranceMs = 1;

/**
 * What an STT has sent over one connection. The vendor counts the samples that it got, from the first on; the call's own line has gaps, and
 * begins anywhere. This leads from the one to the other: `startAt` and `endAt` turn the vendor's times into the call's, both in milliseconds;
 * one before the first sample is that of the first. Of many gaps it remembers the last thousand.
 */
export class SentAudio {
  readonly #sampleRate: number;
  readonly #spans: Span[] = [];
  #samples = 0;

  /** @param sampleRate Hertz, of all that is sent. */
  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** All that was sent, in milliseconds. */
  get sentMs(): number {
    return (this.#samples * 1000) / this.#sampleRate;
  }

  /** Where what was sent ends, on the call's line; 0 before anything was. */
  get endMs(): number {
    return this.endAt(this.sentMs);
  }

  /** To be told of each frame, of one channel, as it is sent. */
  frame({ samples, atMs }: AudioFrame): void {
    const last = this.#spans.at(-1);
    if (last === undefined || last.isSilence || Math.abs(atMs - this.endMs) > toleranceMs) this.#begin({ atMs, isSilence: false });
    this.#samples += samples.length;
  }

  /** Samples of silence that were put in where there was no audio: they take no time on the call's line. */
  silence(samples: number): void {
    if (this.#spans.at(-1)?.isSilence !== true) this.#begin({ atMs: this.endMs, isSilence: true });
    this.#samples += samples;
  }

  /** What begins there on the vendor's line: at a gap, after it. */
  startAt(sentMs: number): number {
    return this.#place(Math.max(0, sentMs), (span) => span.sentMs <= sentMs);
  }

  /** What ends there: at a gap, before it. */
  endAt(sentMs: number): number {
    return this.#place(Math.max(0, sentMs), (span) => span.sentMs < sentMs);
  }

  #place(sentMs: number, isBefore: (span: Span) => boolean): number {
    const span = this.#spans.findLast(isBefore) ?? this.#spans[0];
    if (span === undefined) return sentMs;
    return span.isSilence ? span.atMs : span.atMs + (sentMs - span.sentMs);
  }

  #begin(place: Omit<Span, 'sentMs'>): void {
    this.#spans.push({ ...place, sentMs: this.sentMs });
    if (this.#spans.length > mostSpans) this.#spans.shift();
  }
}
