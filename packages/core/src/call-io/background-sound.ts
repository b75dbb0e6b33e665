import { createFrameConverter, type FrameConverter } from '../audio/frame-converter.js';
import { frameFault } from '../audio/frame-fault.js';
import { GainRamp } from '../audio/gain-ramp.js';
import { type SoundSource, soundFrames } from '../audio/sound-source.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { Clock } from '../provider/clock.js';
import { createDeferred, type Deferred } from '../stream/deferred.js';
import type { BackgroundLineOptions } from './background-line.js';
import { PlayoutSegment } from './playout-segment.js';

/** One sound that was asked for. */
export interface SoundHandle {
  /** It will not be heard any more. */
  readonly isOver: boolean;
  /** A factor on the amplitude, 0 to 4, reached after `fadeMs`, 20 by default. @throws {RangeError} It is out of range. */
  setVolume(volume: number, options?: { readonly fadeMs?: number | undefined }): void;
  /** Fades out within `fadeMs`, 20 by default. Again is harmless. */
  stop(options?: { readonly fadeMs?: number | undefined }): void;
  /**
   * Settles when its last sample has been given to the output, or it was stopped, or the output is closed.
   *
   * @throws {WavError} Its file cannot be read.
   * @throws What its source threw.
   */
  waitForPlayout(): Promise<void>;
}

export interface BackgroundSoundOptions {
  readonly source: SoundSource;
  readonly volume: number;
  readonly fadeMs: number;
  /** Again from its start at its end, until it is stopped. */
  readonly loop: boolean;
}

/** Read ahead of the output: what a slow disk may take. */
const aheadMs = 500;
/** Shorter than this a change of volume would click. */
export const usualFadeMs = 20;
const loudest = 4;
const longestFrameMs = 61;

/** @throws {RangeError} It is out of range. */
export function checkVolume(volume: number): void {
  if (!(volume >= 0 && volume <= loudest)) throw new RangeError(`a volume is a factor from 0 to ${loudest}, not ${volume}`);
}

function checkFade(fadeMs: number): void {
  if (!(fadeMs >= 0 && fadeMs <= 60_000)) throw new RangeError(`a fade lasts 0 to 60000 ms, not ${fadeMs}`);
}

/** Reads its source as fast as it is played and half a second ahead, and fades in after each time in which the source had nothing ready. */
export class BackgroundSound implements SoundHandle {
  readonly #options: BackgroundSoundOptions;
  readonly #ready = new PlayoutSegment('', 1);
  readonly #done = createDeferred<void>();
  #volume: number;
  #line: BackgroundLineOptions | undefined;
  #gain = new GainRamp(1);
  #isAudible = false;
  #state: 'playing' | 'read' | 'stopping' | 'over' = 'playing';
  #room: Deferred<void> | undefined;

  /** @throws {RangeError} An option is out of range. */
  constructor(options: BackgroundSoundOptions) {
    checkVolume(options.volume);
    checkFade(options.fadeMs);
    this.#options = options;
    this.#volume = options.volume;
    // Who does not wait need not hear of a failure here: it is told elsewhere as well.
    this.#done.promise.catch(() => {});
  }

  get isOver(): boolean {
    return this.#state === 'over';
  }

  /** Begins; once. */
  start(line: BackgroundLineOptions): void {
    if (this.isOver) return;
    this.#line = line;
    this.#gain = new GainRamp(line.sampleRate);
    void this.#read(line);
  }

  setVolume(volume: number, { fadeMs = usualFadeMs }: { readonly fadeMs?: number | undefined } = {}): void {
    checkVolume(volume);
    checkFade(fadeMs);
    this.#volume = volume;
    if (this.#isAudible && this.#state !== 'stopping') this.#gain.moveTo(volume, fadeMs);
  }

  stop({ fadeMs = usualFadeMs }: { readonly fadeMs?: number | undefined } = {}): void {
    checkFade(fadeMs);
    if (this.isOver) return;
    if (!this.#isAudible || this.#gain.volume === 0) return this.end();
    this.#state = 'stopping';
    this.#gain.moveTo(0, fadeMs);
  }

  waitForPlayout(): Promise<void> {
    return this.#done.promise;
  }

  /** Adds its next samples; fewer, if its source has no more ready. */
  addTo(sum: Float32Array): void {
    if (this.isOver) return;
    if (!this.#isAudible && this.#ready.queued > 0) {
      this.#isAudible = true;
      this.#gain.moveTo(this.#volume, this.#options.fadeMs);
    }
    const played = this.#ready.play(sum.length, (samples, before) => this.#gain.add(samples, sum, before));
    if (this.#ready.queued < this.#aheadLength) this.#openRoom();
    if (this.#state === 'stopping' ? this.#gain.volume === 0 || played < sum.length : this.#state === 'read' && this.#ready.queued === 0)
      return this.end();
    if (played === sum.length) return;
    this.#isAudible = false;
    this.#gain.reset();
  }

  /** Is silent at once, and over. */
  end(): void {
    this.#state = 'over';
    this.#openRoom();
    this.#done.resolve();
  }

  get #aheadLength(): number {
    return (aheadMs * (this.#line?.sampleRate ?? 0)) / 1_000;
  }

  async #read({ sampleRate, clock }: BackgroundLineOptions): Promise<void> {
    using converter = createFrameConverter({ sampleRate, clock, onFrame: ({ samples }) => this.#ready.add(samples) });
    try {
      let length = 0;
      do {
        length = await this.#readOnce(converter, clock);
        // What gives nothing when it is read again was to be read once.
      } while (this.#options.loop && length > 0 && this.#state === 'playing');
      if (this.#state !== 'playing') return;
      this.#state = 'read';
      if (this.#ready.queued === 0) this.end();
    } catch (error) {
      if (this.isOver) return;
      this.#state = 'over';
      this.#done.reject(error);
    }
  }

  /** Its length, in samples. */
  async #readOnce(converter: FrameConverter, clock: Clock): Promise<number> {
    let length = 0;
    for await (const frame of soundFrames(this.#options.source, clock)) {
      if (this.#state !== 'playing') break;
      checkFrame(frame);
      length += frame.samples.length;
      await converter.push(frame);
      if (this.#ready.queued >= this.#aheadLength) {
        this.#room ??= createDeferred<void>();
        await this.#room.promise;
      }
    }
    converter.flush();
    return length;
  }

  #openRoom(): void {
    this.#room?.resolve();
    this.#room = undefined;
  }
}

function checkFrame(frame: AudioFrame): void {
  const fault = frameFault(frame);
  if (fault !== undefined) throw new RangeError(`a background sound gave ${fault}`);
  const durationMs = (frame.samples.length * 1_000) / (frame.channels * frame.sampleRate);
  if (durationMs > longestFrameMs) throw new RangeError(`a background sound gave a frame of ${durationMs} ms: a frame lasts at most 60`);
}
