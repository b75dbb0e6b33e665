import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';

const frameMs = (frame: AudioFrame): number => (frame.samples.length / frame.channels / frame.sampleRate) * 1000;
export const frameEndMs = (frame: AudioFrame): number => frame.atMs + frameMs(frame);

/** Translates times on the input's own line, which counts samples, into the clock's. */
export class StreamLine {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A frame has just arrived: its end is now. */
  arrived(frame: AudioFrame): void {
    this.#offsetMs = this.#clock.now() - frameEndMs(frame);
  }

  toClock(atMs: number): number {
    return atMs + this.#offsetMs;
  }
}
