/**
 * The part of a stereo recording that is still being written to: two tracks side by side, each with its own writer, ahead of the place up
 * to which both are complete. Positions are in samples per channel from the start of the recording. What is not written is silence.
 */
export class TwoTrackWindow {
  /** Interleaved; beyond what was put, zeros. */
  #samples = new Int16Array(8_192);
  #taken = new Int16Array(0);
  #start = 0;
  #end = 0;

  /** Up to where it was taken. */
  get start(): number {
    return this.#start;
  }

  /** Beyond it there is only silence; never before `start`. */
  get end(): number {
    return this.#end;
  }

  /** Puts mono samples on a track. What lies before the window's start was taken already, and is dropped. */
  put(track: 0 | 1, position: number, samples: Int16Array): void {
    const skipped = Math.max(0, this.#start - position);
    const first = Math.max(position, this.#start) - this.#start;
    const count = samples.length - skipped;
    if (count <= 0) return;
    this.#reserve(first + count);
    this.#end = Math.max(this.#end, this.#start + first + count);
    for (let index = 0; index < count; index++) this.#samples[(first + index) * 2 + track] = samples[skipped + index] ?? 0;
  }

  /** Takes so many samples of both tracks, interleaved, from the start on. They are good until the next are taken. */
  take(count: number): Int16Array {
    this.#reserve(count);
    if (this.#taken.length < count * 2) this.#taken = new Int16Array(count * 2);
    const taken = this.#taken.subarray(0, count * 2);
    taken.set(this.#samples.subarray(0, count * 2));
    this.#samples.copyWithin(0, count * 2);
    this.#samples.fill(0, this.#samples.length - count * 2);
    this.#move(count);
    return taken;
  }

  /** Leaves out what is silence, once all else was taken. */
  skip(count: number): void {
    if (this.#end > this.#start) throw new Error(`${this.#end - this.#start} samples are still to be taken before silence can be skipped`);
    this.#move(count);
  }

  #move(count: number): void {
    this.#start += count;
    this.#end = Math.max(this.#end, this.#start);
  }

  #reserve(count: number): void {
    if (count * 2 <= this.#samples.length) return;
    const grown = new Int16Array(2 ** Math.ceil(Math.log2(count * 2)));
    grown.set(this.#samples);
    this.#samples = grown;
  }
}
