import type { AudioFrame } from '../provider/audio-frame.js';

/** Samples per channel. */
const frameLength = (frame: AudioFrame): number => frame.samples.length / frame.channels;

/**
 * A reply's audio from where the listener is on: what was written and not yet played is kept, as it may have to be written again. Places
 * are counted in samples per channel from the beginning of the reply.
 */
export class KeptAudio {
  #frames: AudioFrame[] = [];
  /** Place of the first frame kept. */
  #from = 0;
  /** The frame to be taken next. */
  #next = 0;
  #taken = 0;
  #total = 0;

  /** How much there was in all. */
  get total(): number {
    return this.#total;
  }

  /** Place up to which it was taken. */
  get taken(): number {
    return this.#taken;
  }

  push(frame: AudioFrame): void {
    this.#frames.push(frame);
    this.#total += frameLength(frame);
  }

  /** The next frame to be written. */
  take(): AudioFrame | undefined {
    const frame = this.#frames[this.#next];
    if (frame === undefined) return undefined;
    this.#next += 1;
    this.#taken += frameLength(frame);
    return frame;
  }

  /** All before this place was played: frames that end there or earlier are let go. */
  forget(place: number): void {
    let count = 0;
    for (const frame of this.#frames) {
      if (this.#from + frameLength(frame) > place) break;
      this.#from += frameLength(frame);
      count += 1;
    }
    this.#frames.splice(0, count);
    this.#next = Math.max(0, this.#next - count);
  }

  /** All from this place on is to be taken again; a frame that was played in part is cut. */
  rewind(place: number): void {
    this.forget(place);
    const [first] = this.#frames;
    if (first !== undefined && place > this.#from) {
      const cut = place - this.#from;
      const atMs = first.atMs + (cut * 1000) / first.sampleRate;
      this.#frames[0] = { ...first, atMs, samples: first.samples.subarray(cut * first.channels) };
      this.#from = place;
    }
    this.#next = 0;
    this.#taken = this.#from;
  }

  clear(): void {
    this.#frames = [];
    this.#next = 0;
  }
}
