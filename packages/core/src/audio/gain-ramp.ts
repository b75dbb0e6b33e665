/**
 * A volume that changes in a straight line, never at once: a jump would be heard as a click. It begins at silence. Volumes are factors on the
 * amplitude.
 */
export class GainRamp {
  readonly #sampleRate: number;
  #volume = 0;
  #target = 0;
  /** Per sample. */
  #step = 0;

  constructor(sampleRate: number) {
    this.#sampleRate = sampleRate;
  }

  /** The volume of the sample last added. */
  get volume(): number {
    return this.#volume;
  }

  /** From the next sample on it changes; the target is reached after so long. */
  moveTo(target: number, durationMs: number): void {
    this.#target = target;
    this.#step = (target - this.#volume) / Math.max(1, (durationMs * this.#sampleRate) / 1_000);
  }

  /** As it was made: silent. */
  reset(): void {
    this.#volume = 0;
    this.#target = 0;
    this.#step = 0;
  }

  /** Adds mono samples at this volume to those that are there, from `start` on. */
  add(samples: Int16Array, sum: Float32Array, start: number): void {
    for (let index = 0; index < samples.length; index++) {
      if (this.#step !== 0) this.#advance();
      sum[start + index]! += samples[index]! * this.#volume;
    }
  }

  #advance(): void {
    this.#volume += this.#step;
    if (this.#step > 0 ? this.#volume < this.#target : this.#volume > this.#target) return;
    this.#volume = this.#target;
    this.#step = 0;
  }
}
