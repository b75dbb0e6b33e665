/** The audio of one segment, from its first write to its last sample played. Counts are in samples per channel. */
export class PlayoutSegment {
  readonly id: string;
  /** No more audio comes. */
  isEnded = false;
  isStarted = false;
  readonly #channels: number;
  #frames: Int16Array[] = [];
  #head = 0;
  /** How far the first frame has been played, all channels counted. */
  #offset = 0;
  #queued = 0;
  #played = 0;

  constructor(id: string, channels: number) {
    this.id = id;
    this.#channels = channels;
  }

  get queued(): number {
    return this.#queued;
  }

  get played(): number {
    return this.#played;
  }

  add(samples: Int16Array): void {
    if (samples.length === 0) return;
    this.#frames.push(samples);
    this.#queued += samples.length / this.#channels;
  }

  /**
   * Plays so many samples, or what there is, and says how many.
   *
   * @param onSamples Given them in views of the frames, if anybody wants them, with the number played before each view.
   */
  play(count: number, onSamples?: (samples: Int16Array, before: number) => void): number {
    let left = Math.min(count, this.#queued) * this.#channels;
    const total = left;
    while (left > 0) {
      const frame = this.#frames[this.#head];
      if (frame === undefined) break;
      const length = Math.min(left, frame.length - this.#offset);
      onSamples?.(frame.subarray(this.#offset, this.#offset + length), (total - left) / this.#channels);
      left -= length;
      this.#offset += length;
      if (this.#offset === frame.length) this.#dropFirst();
    }
    const done = total / this.#channels;
    this.#queued -= done;
    this.#played += done;
    return done;
  }

  #dropFirst(): void {
    this.#offset = 0;
    this.#head += 1;
    if (this.#head === this.#frames.length) {
      this.#frames.length = 0;
      this.#head = 0;
    } else if (this.#head >= 32) {
      // Frees what was played, without moving the rest down at every frame.
      this.#frames.splice(0, this.#head);
      this.#head = 0;
    }
  }
}
