import { APIError, type AudioFrame } from '@parley/core/provider';
import { SpeechLevel } from './speech-level.js';
import { StreamTimeLine } from './stream-time-line.js';

const sampleRate = 16_000;
/** What is gathered before it goes to the recogniser: 10 ms of work, so that the last such chunk delays the final by no more. */
const chunkSamples = (sampleRate * 60) / 1000;

/** The audio of one utterance on its way to the recogniser: gathered into chunks, with its times and whether there was a voice in it. */
export class HeardAudio {
  readonly #timeLine = new StreamTimeLine();
  readonly #level = new SpeechLevel();
  #gathered: Int16Array[] = [];
  #gatheredSamples = 0;
  #endMs: number;
  #durationMs = 0;

  /** @param startMs The end of the audio before, on the stream's line. */
  constructor(startMs = 0) {
    this.#endMs = startMs;
  }

  /**
   * Gives the next chunk for the recogniser, once there is one: 60 ms or, if frames are longer, a frame more.
   *
   * @throws {APIError} kind `invalid-request`: the frame is not mono at 16 kHz.
   */
  add(frame: AudioFrame): Int16Array | undefined {
    if (frame.sampleRate !== sampleRate || frame.channels !== 1) {
      const message = `a frame has ${frame.channels} channel(s) at ${frame.sampleRate} Hz, where mono at ${sampleRate} Hz was agreed`;
      throw new APIError(message, { kind: 'invalid-request', provider: 'local', retryable: false });
    }
    this.#timeLine.add(frame);
    this.#level.add(frame.samples);
    this.#endMs = this.#timeLine.endMs;
    this.#durationMs += (frame.samples.length * 1000) / sampleRate;
    this.#gathered.push(frame.samples);
    this.#gatheredSamples += frame.samples.length;
    return this.#gatheredSamples >= chunkSamples ? this.takeRest() : undefined;
  }

  /** What is left of a chunk at the end. */
  takeRest(): Int16Array | undefined {
    if (this.#gatheredSamples === 0) return undefined;
    const chunk = new Int16Array(this.#gatheredSamples);
    let at = 0;
    for (const samples of this.#gathered) {
      chunk.set(samples, at);
      at += samples.length;
    }
    this.#gathered = [];
    this.#gatheredSamples = 0;
    return chunk;
  }

  get durationMs(): number {
    return this.#durationMs;
  }

  /** On the stream's line. */
  get endMs(): number {
    return this.#endMs;
  }

  get hasVoice(): boolean {
    return this.#level.hasVoice;
  }

  /** A time that counts from the utterance's first sample, on the stream's line. */
  toStream(fedMs: number): number {
    return this.#timeLine.toStream(fedMs);
  }
}
