import type { AudioFrame } from '../provider/audio-frame.js';
import { frameEndMs } from './stream-line.js';

/** Recent audio, kept to be sent again: bounded by its own length, oldest first out. Frames are shared, not copied. */
export class AudioMemory {
  readonly #frames: AudioFrame[] = [];
  #limitMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Keeps at most so much from now on. */
  limit(limitMs: number): void {
    this.#limitMs = limitMs;
    this.#trim();
  }

  push(frame: AudioFrame): void {
    this.#frames.push(frame);
    this.#trim();
  }

  /** What ended by this time is done with. */
  forgetUntil(atMs: number): void {
    let done = 0;
    while (done < this.#frames.length && endOf(this.#frames[done]) <= atMs) done += 1;
    this.#frames.splice(0, done);
  }

  /** Frames that reach beyond this time. */
  since(atMs: number): AudioFrame[] {
    return this.#frames.filter((frame) => frameEndMs(frame) > atMs);
  }

  all(): readonly AudioFrame[] {
    return [...this.#frames];
  }

  #trim(): void {
    const newest = endOf(this.#frames.at(-1));
    while ((this.#frames[0]?.atMs ?? Infinity) < newest - this.#limitMs) this.#frames.shift();
  }
}

const endOf = (frame: AudioFrame | undefined): number => (frame === undefined ? -Infinity : frameEndMs(frame));
