import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';
import { createResampler, type Resampler } from '../audio/resampler.js';
import { createWavWriter, type WavWriter } from '../audio/wav-writer.js';
import { holdClock } from '../time/hold-clock.js';
import type { BackgroundAudio } from './background-audio.js';
import { createCallOutput } from './call-output.js';
import type { PacedAudioOutput } from './paced-output.js';
import type { PlayedAudio } from './played-audio.js';
import { TwoTrackWindow } from './two-track-window.js';

export interface CallRecorderOptions {
  readonly clock: Clock;
  readonly path: string;
  /** Hertz of the file, and of the agent's audio. */
  readonly sampleRate: number;
  /** Sounds behind the agent's voice, on its side of the recording. */
  readonly background?: BackgroundAudio | undefined;
}

/**
 * Records a call as a stereo file, caller left and agent right, each sound at the time at which it sounded: position 0 is when the recorder
 * was made. Memory does not grow with the call. The file has its name only once it is whole.
 */
export interface CallRecorder {
  /** What the agent speaks to: mono, paced, and recorded. */
  readonly output: PacedAudioOutput;
  /** Prepares for the caller's frames: mono, of this rate, without gaps. */
  openCaller(sampleRate: number): Promise<void>;
  /** The first of the caller's samples sounds at this time on the clock. */
  startCaller(atMs: number): void;
  addCaller(frame: AudioFrame): void;
  endCaller(): void;
  /**
   * Closes the output, and writes all that is there, with silence up to now.
   *
   * @throws {WavError} The recording is missing, or shorter than the call.
   */
  close(): Promise<void>;
}

/**
 * @throws {RangeError} The rate is out of range.
 * @throws {WavError} The file cannot be made there.
 */
export async function createCallRecorder(options: CallRecorderOptions): Promise<CallRecorder> {
  const writer = await createWavWriter(options.path, { sampleRate: options.sampleRate, channels: 2 });
  return new StereoRecorder(options, writer);
}

/** Written out in pieces of at least this. */
const pieceMs = 100;
/** Memory bound: if one track lags further behind the other, what comes for it is left out. */
const longestLagMs = 60_000;

const callerTrack = 0;
const agentTrack = 1;

class StereoRecorder implements CallRecorder {
  readonly output: PacedAudioOutput;
  readonly #clock: Clock;
  readonly #sampleRate: number;
  readonly #writer: WavWriter;
  readonly #startMs: number;
  readonly #window = new TwoTrackWindow();
  #resampler: Resampler | undefined;
  /** Where the caller's next sample belongs, while the caller's audio is coming. */
  #callerPosition: number | undefined;
  #agentPosition = 0;
  #failure: { readonly error: unknown } | undefined;
  #closing: Promise<void> | undefined;

  constructor(options: CallRecorderOptions, writer: WavWriter) {
    this.#clock = options.clock;
    this.#sampleRate = options.sampleRate;
    this.#writer = writer;
    this.#startMs = options.clock.now();
    const { clock, sampleRate, background } = options;
    this.output = createCallOutput({ clock, sampleRate, background, onAudio: (audio) => this.#addAgent(audio) });
  }

  async openCaller(sampleRate: number): Promise<void> {
    this.#resampler = await createResampler({ fromRate: sampleRate, toRate: this.#sampleRate });
    if (this.#closing !== undefined) this.#resampler[Symbol.dispose]();
  }

  startCaller(atMs: number): void {
    this.#callerPosition = this.#positionOf(atMs - this.#startMs);
  }

  addCaller(frame: AudioFrame): void {
    if (this.#resampler !== undefined && this.#closing === undefined) this.#putCaller(this.#resampler.push(frame.samples));
    this.#flush(this.#completeUntil());
  }

  endCaller(): void {
    if (this.#resampler !== undefined && this.#closing === undefined) this.#putCaller(this.#resampler.flush());
    this.#callerPosition = undefined;
  }

  close(): Promise<void> {
    this.#closing ??= holdClock(this.#clock, () => this.#finish());
    return this.#closing;
  }

  #addAgent(audio: PlayedAudio): void {
    const position = this.#positionOf(audio.atMs);
    // Stretches without a break between them stay so, whichever way their times are rounded.
    const start = Math.abs(position - this.#agentPosition) <= 1 ? this.#agentPosition : position;
    this.#flush(Math.min(this.#callerUntil(), start));
    this.#window.put(agentTrack, start, audio.samples);
    this.#agentPosition = start + audio.samples.length;
  }

  #putCaller(samples: Int16Array): void {
    if (this.#callerPosition === undefined) return;
    this.#window.put(callerTrack, this.#callerPosition, samples);
    this.#callerPosition += samples.length;
  }

  #positionOf(ms: number): number {
    return Math.round((ms * this.#sampleRate) / 1_000);
  }

  #now(): number {
    return this.#positionOf(this.#clock.now() - this.#startMs);
  }

  #callerUntil(): number {
    return this.#callerPosition ?? this.#now();
  }

  /** Where both tracks are complete up to. */
  #completeUntil(): number {
    return Math.min(this.#callerUntil(), this.#positionOf(this.output.reportedMs));
  }

  #flush(until: number): void {
    const end = Math.max(until, this.#window.end - this.#positionOf(longestLagMs));
    if (this.#failure !== undefined || end - this.#window.start < this.#positionOf(pieceMs)) return;
    this.#write(end);
  }

  /** Writes up to there: what was put, then the silence after it. */
  #write(until: number): void {
    try {
      const sounding = Math.min(until, this.#window.end) - this.#window.start;
      this.#await(sounding > 0 ? this.#writer.write(this.#window.take(sounding)) : undefined);
      const silent = until - this.#window.start;
      if (silent <= 0) return;
      this.#window.skip(silent);
      this.#await(this.#writer.skip(silent));
    } catch (error) {
      this.#failure = { error };
    }
  }

  /** Where time is virtual, it waits for the disk; real time does not, and the writer's own bound holds. */
  #await(full: Promise<void> | undefined): void {
    if (full !== undefined) void holdClock(this.#clock, () => full);
  }

  async #finish(): Promise<void> {
    await this.output[Symbol.asyncDispose]();
    this.#resampler?.[Symbol.dispose]();
    if (this.#failure === undefined) this.#write(Math.max(this.#now(), this.#window.end));
    await this.#writer.close();
    if (this.#failure !== undefined) throw this.#failure.error;
  }
}
