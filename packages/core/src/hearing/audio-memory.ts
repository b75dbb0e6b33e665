import type { AudioFrame } from '../provider/audio-frame.js';
import { frameEndMs } from './stream-line.js';

/** Recent audio, kept to be sent again: bounded by its own length, oldest first out. Frames are shared, not copied. */
export class AudioMemory {
  #frames: AudioFrame[] = [];
  #limitMs: number;

  constructor(limitMs: number) {
    this.#limitMs = limitMs;
  }

  /** Keeps at most so much from now on. */
  limit(limitMs: number): void {
    this.#limitMs = limitMs;
    this.#trim();
  }

  /** Frames come in the order of their time; one that goes back begins a new line, on which what was before means nothing. */
  push(frame: AudioFrame): void {
    const last = this.#frames.at(-1);
    if (last !== undefined && frame.atMs < last.atMs) this.#frames = [];
    this.#frames.push(frame);
    this.#trim();
  }

  /** What ended by this time is done with. */
  forgetUntil(atMs: number): void {
    this.#dropWhile((frame) => frameEndMs(frame) <= atMs);
  }

  /** Frames that reach beyond this time, in order. */
  since(atMs: number): readonly AudioFrame[] {
    return this.#frames.filter((frame) => frameEndMs(frame) > atMs);
  }

  #trim(): void {
    const newest = this.#frames.at(-1);
    if (newest === undefined) return;
    const oldestMs = frameEndMs(newest) - this.#limitMs;
    this.#dropWhile((frame) => frame.atMs < oldestMs);
  }

  #dropWhile(isDone: (frame: AudioFrame) => boolean): void {
    let done = 0;
    for (const frame of this.#frames) {
      if (!isDone(frame)) break;
      done += 1;
    }
    if (done > 0) this.#frames.splice(0, done);
  }
}
