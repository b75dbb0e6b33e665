/** A voice of so much is hardly a noise: as with interruptions, by default. */
const shortestSpeechMs = 500;

/** What a connection that said nothing means: noise, to which that is an answer; speech that the next one is to answer; speech that is lost. */
export type Silence = 'noise' | 'owed' | 'lost';

/** The speech that an STT was sent and has said nothing to, over however many connections. Times are those of the frames. */
export class UnansweredSpeech {
  #startMs: number | undefined;
  #longestMs = 0;
  /** Connections in a row that said nothing to speech. */
  #silent = 0;

  begin(atMs: number): void {
    this.#startMs = atMs;
  }

  end(atMs: number): void {
    this.#longestMs = this.#lengthAt(atMs);
    this.#startMs = undefined;
  }

  /** The STT said something, when the audio had come so far. */
  answered(atMs: number): void {
    if (this.#startMs !== undefined) this.#startMs = atMs;
    this.#longestMs = 0;
    this.#silent = 0;
  }

  /** A connection was waited for in vain, until the audio had come so far. One may be dead; that a second one is too is not to be waited for. */
  unanswered(atMs: number): Silence {
    if (this.#lengthAt(atMs) < shortestSpeechMs) return 'noise';
    this.#silent += 1;
    if (this.#silent === 1) return 'owed';
    if (this.#startMs !== undefined) this.#startMs = atMs;
    this.#longestMs = 0;
    return 'lost';
  }

  #lengthAt(atMs: number): number {
    return this.#startMs === undefined ? this.#longestMs : Math.max(this.#longestMs, atMs - this.#startMs);
  }
}
