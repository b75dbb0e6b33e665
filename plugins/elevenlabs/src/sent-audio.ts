import type { AudioFrame } from '@parley/core/provider';

interface Anchor {
  /** Audio sent before it. */
  readonly sentMs: number;
  /** Where on the call's time line it went on. */
  readonly atMs: number;
}

/** More gaps than that in what is not final yet are told apart no longer. */
const mostAnchors = 1000;

/** Where what was sent stands on the call's time line: the vendor counts the audio that it got, and the line has gaps. */
export class SentAudio {
  readonly #anchors: Anchor[] = [];
  #sentMs = 0;
  #endMs = 0;
  #billedMs = 0;
  #committedMs = 0;

  /** On the call's time line. */
  get endMs(): number {
    return this.#endMs;
  }

  /** Sent since the last commit. */
  get uncommittedMs(): number {
    return this.#sentMs - this.#committedMs;
  }

  add({ samples, sampleRate, atMs }: AudioFrame): void {
    // Half a sample is none: times are sums of fractions.
    if (this.#anchors.length === 0 || Math.abs(atMs - this.#endMs) > 500 / sampleRate) {
      this.#anchors.push({ sentMs: this.#sentMs, atMs });
      if (this.#anchors.length > mostAnchors) this.#anchors.shift();
    }
    const durationMs = (samples.length * 1000) / sampleRate;
    this.#sentMs += durationMs;
    this.#endMs = atMs + durationMs;
  }

  commit(): void {
    this.#committedMs = this.#sentMs;
  }

  /** @param sentMs As the vendor counts. */
  at(sentMs: number): number {
    const anchor = this.#anchors.findLast((one) => one.sentMs <= sentMs) ?? this.#anchors[0] ?? { sentMs: 0, atMs: 0 };
    return anchor.atMs + sentMs - anchor.sentMs;
  }

  /** Audio sent since this was last asked. */
  takeUnbilledMs(): number {
    const unbilledMs = this.#sentMs - this.#billedMs;
    this.#billedMs = this.#sentMs;
    return unbilledMs;
  }
}
