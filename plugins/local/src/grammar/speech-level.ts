/** Samples of a window: 20 ms at 16 kHz. */
const windowSamples = 320;
/** A voice is louder than this, in dBFS, and by so many dB louder than the quietest tenth of the windows, in so many windows. */
const voiceFloor = -50;
const voiceAboveNoise = 9;
const voiceWindows = 5;

/**
 * Whether audio has something as loud as a voice in it, beside what is always there: tells speech that the recogniser made nothing of from
 * audio in which nobody spoke. A VAD decides before this; it only guards against answering silence.
 */
export class SpeechLevel {
  /** Windows by their level in whole dBFS, from 0 down to -100: a bound for any length of audio. */
  readonly #windowsByLevel = new Uint32Array(101);
  #windows = 0;
  #sumOfSquares = 0;
  #samples = 0;

  /** @param samples Mono at 16 kHz, of any length. */
  add(samples: Int16Array): void {
    for (const sample of samples) {
      this.#sumOfSquares += (sample / 32_768) ** 2;
      if (++this.#samples < windowSamples) continue;
      const level = 10 * Math.log10(this.#sumOfSquares / windowSamples + 1e-10);
      const index = Math.min(100, Math.max(0, Math.round(-level)));
      this.#windowsByLevel[index] = (this.#windowsByLevel[index] ?? 0) + 1;
      this.#windows++;
      this.#samples = 0;
      this.#sumOfSquares = 0;
    }
  }

  /** Of all audio so far. */
  get hasVoice(): boolean {
    let quieter = 0;
    let noise = 100;
    while (noise > 0) {
      quieter += this.#windowsByLevel[noise] ?? 0;
      if (quieter > this.#windows / 10) break;
      noise--;
    }
    const quietestVoice = Math.min(-voiceFloor, noise - voiceAboveNoise);
    const louder = this.#windowsByLevel.subarray(0, Math.max(0, quietestVoice + 1)).reduce((sum, windows) => sum + windows, 0);
    return louder >= voiceWindows;
  }
}
