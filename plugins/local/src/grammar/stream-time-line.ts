import type { AudioFrame } from '@parley/core/provider';

/** From the samples fed to a recogniser, which know no gaps, to the time line of the frames they came from, which may have some. */
export class StreamTimeLine {
  /** Where a stretch without a gap begins, on both lines. Bounded by the number of gaps in an utterance. */
  readonly #stretches: { readonly fedMs: number; readonly streamMs: number }[] = [];
  #fedMs = 0;
  #endMs = 0;

  /** @param frame Its sample rate and channels are as declared; so its length tells its duration. */
  add(frame: AudioFrame): void {
    // A rounding of the giver's is no gap.
    if (this.#stretches.length === 0 || Math.abs(frame.atMs - this.#endMs) >= 1)
      this.#stretches.push({ fedMs: this.#fedMs, streamMs: frame.atMs });
    const durationMs = (frame.samples.length * 1000) / (frame.sampleRate * frame.channels);
    this.#fedMs += durationMs;
    this.#endMs = frame.atMs + durationMs;
  }

  /** The end of the last frame; 0 if there was none. */
  get endMs(): number {
    return this.#endMs;
  }

  /** A time that counts from the first sample fed, on the stream's line. */
  toStream(fedMs: number): number {
    const stretch = this.#stretches.findLast((candidate) => candidate.fedMs <= fedMs) ?? this.#stretches[0];
    return stretch === undefined ? fedMs : Math.min(this.#endMs, stretch.streamMs + fedMs - stretch.fedMs);
  }
}
