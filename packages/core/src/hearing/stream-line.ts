import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';

export const frameMs = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
export const frameEndMs = (frame: AudioFrame): number => frame.atMs + frameMs(frame);

/**
 * A time that a provider reported, as it can be: what is no number, is negative, or lies beyond the audio that was sent, is the end of that
 * audio.
 *
 * @param endMs `-Infinity` while none was sent.
 */
export function withinAudio(atMs: number, endMs: number): number {
  if (!(atMs >= 0) || atMs === Infinity) return Number.isFinite(endMs) ? endMs : 0;
  return endMs === -Infinity ? atMs : Math.min(atMs, endMs);
}

/** Inputs round the times they give: a frame that begins this much before the end of the one before it is no step back. */
const toleranceMs = 100;

/**
 * The time line of all that is heard of one call, which only moves forward, and its relation to the clock. An input counts its own samples
 * from wherever it likes; one that takes another's place begins anew, and is put behind it.
 */
export class StreamLine {
  readonly #clock: Clock;
  /** Clock time of the line's 0. */
  #offsetMs = 0;
  /** Of the present input's line against this one. */
  #shiftMs = 0;
  #endMs = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Where the last frame ended. */
  get endMs(): number {
    return this.#endMs;
  }

  /** A frame has just arrived: its end is now. Returns it in its place on the line. */
  place(frame: AudioFrame): AudioFrame {
    if (frame.atMs + this.#shiftMs < this.#endMs - toleranceMs) this.#shiftMs = this.#endMs - frame.atMs;
    const placed = this.#shiftMs === 0 ? frame : { ...frame, atMs: frame.atMs + this.#shiftMs };
    this.#endMs = frameEndMs(placed);
    this.#offsetMs = this.#clock.now() - this.#endMs;
    return placed;
  }

  toClock(atMs: number): number {
    return atMs + this.#offsetMs;
  }

  fromClock(clockMs: number): number {
    return clockMs - this.#offsetMs;
  }
}
