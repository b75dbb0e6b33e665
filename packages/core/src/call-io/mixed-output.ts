import type { AudioFrame } from '../provider/audio-frame.js';
import type { PlayoutEvent } from '../provider/audio-output.js';
import type { BackgroundAudio } from './background-audio.js';
import type { BackgroundLine } from './background-line.js';
import { createPacedAudioOutput, type PacedAudioOutput, type PacedAudioOutputOptions } from './paced-output.js';
import type { PlayedAudio } from './played-audio.js';
import { type Ticker, type TickListener, tickerOf } from './ticker.js';

export interface MixedAudioOutputOptions extends Omit<PacedAudioOutputOptions, 'channels'> {
  /** Belongs to the output from now on, which disposes it. */
  readonly background: BackgroundAudio;
}

/**
 * A mono output that plays background sounds with the agent's voice. The voice is paced, acknowledged and cleared as by
 * `createPacedAudioOutput`, to the sample, whatever sounds behind it; `clear` leaves the background as it is. `onAudio` is given both in one,
 * without holes while either sounds.
 *
 * @throws {RangeError} An option is out of range.
 * @throws {Error} The background is played by another output.
 */
export function createMixedAudioOutput(options: MixedAudioOutputOptions): PacedAudioOutput {
  return new MixedOutput(options);
}

/** In samples: times are sums of fractions. */
const tolerance = 0.001;

class MixedOutput implements PacedAudioOutput, TickListener {
  readonly sampleRate: number;
  readonly channels = 1;
  readonly latencyMs: number;
  readonly #paced: PacedAudioOutput;
  readonly #ticker: Ticker;
  readonly #line: BackgroundLine;
  readonly #onAudio: ((audio: PlayedAudio) => void) | undefined;
  /** Played, and not yet given away. */
  #voice: { readonly position: number; readonly samples: Int16Array }[] = [];
  /** Where the voice goes on, if it does without a break. */
  #voiceEnd = 0;
  /** Samples since its creation up to which all was given away. */
  #position = 0;
  #isMixing = false;
  #failure: { readonly error: unknown } | undefined;

  constructor({ background, onAudio, ...options }: MixedAudioOutputOptions) {
    this.#onAudio = onAudio;
    this.#paced = createPacedAudioOutput({ ...options, onAudio: (audio) => this.#addVoice(audio) });
    this.sampleRate = this.#paced.sampleRate;
    this.latencyMs = this.#paced.latencyMs;
    this.#ticker = tickerOf(options.clock);
    this.#line = background.connect({ sampleRate: options.sampleRate, clock: options.clock, onSound: () => this.#startMixing() });
  }

  get events(): AsyncIterable<PlayoutEvent> {
    return this.#paced.events;
  }

  get reportedMs(): number {
    return this.#isMixing ? (this.#position * 1_000) / this.sampleRate : this.#paced.reportedMs;
  }

  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    return this.#paced.write(segmentId, frame);
  }

  end(segmentId: string): void {
    this.#paced.end(segmentId);
  }

  clear(): void {
    this.#paced.clear();
  }

  tick(): void {
    this.#mix();
    if (!this.#line.isSounding) this.#stopMixing();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#paced[Symbol.asyncDispose]();
    if (this.#isMixing) this.#mix();
    this.#stopMixing();
    this.#line[Symbol.dispose]();
  }

  #addVoice(audio: PlayedAudio): void {
    // The paced output closes with it, and its reader hears of it.
    if (this.#failure !== undefined) throw this.#failure.error;
    if (!this.#isMixing) return this.#onAudio?.(audio);
    const { samples, atMs } = audio;
    const timed = Math.round((atMs * this.sampleRate) / 1_000);
    // Stretches without a break between them stay so, whichever way their times are rounded.
    const position = Math.max(this.#position, Math.abs(timed - this.#voiceEnd) <= 1 ? this.#voiceEnd : timed);
    this.#voice.push({ position, samples });
    this.#voiceEnd = position + samples.length;
  }

  #startMixing(): void {
    if (this.#isMixing) return;
    this.#position = Math.round((this.#paced.reportedMs * this.sampleRate) / 1_000);
    this.#voiceEnd = this.#position;
    this.#isMixing = true;
    this.#ticker.add(this);
  }

  #stopMixing(): void {
    this.#isMixing = false;
    this.#ticker.remove(this);
  }

  /** Gives away all that was played by now. */
  #mix(): void {
    const voice = this.#voice.splice(0);
    const playedUntil = Math.floor((this.#paced.reportedMs * this.sampleRate) / 1_000 + tolerance);
    const from = this.#position;
    const until = Math.max(playedUntil, voice.length === 0 ? 0 : this.#voiceEnd);
    if (until <= from || this.#failure !== undefined) return;
    const samples = new Int16Array(until - from);
    for (const stretch of voice) samples.set(stretch.samples, stretch.position - from);
    this.#line.addTo(samples);
    this.#position = until;
    try {
      this.#onAudio?.({ samples, sampleRate: this.sampleRate, channels: 1, atMs: (from * 1_000) / this.sampleRate });
    } catch (error) {
      this.#failure = { error };
    }
  }
}
