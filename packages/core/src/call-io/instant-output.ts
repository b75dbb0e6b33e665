import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput, PlayoutEvent } from '../provider/audio-output.js';
import { ClosedIds } from './closed-ids.js';
import { checkFrameFormat, checkOutputFormat } from './output-format.js';
import type { PlayedAudio } from './played-audio.js';
import { PlayoutEvents } from './playout-events.js';

export interface InstantAudioOutputOptions {
  /** Hertz. */
  readonly sampleRate: number;
  /** 1 by default. */
  readonly channels?: number;
  /** Given each frame as it is written; `atMs` counts the audio given before it. */
  readonly onAudio?: (audio: PlayedAudio) => void;
}

/**
 * Takes all audio as played the moment it is written: for tests and for computing a reply as fast as it can be made. A reply can hardly be
 * interrupted on it, as it is over at once.
 *
 * @throws {RangeError} An option is out of range.
 */
export function createInstantAudioOutput(options: InstantAudioOutputOptions): AudioOutput {
  return new InstantOutput(options);
}

class InstantOutput implements AudioOutput {
  readonly sampleRate: number;
  readonly channels: number;
  readonly latencyMs = 0;
  readonly #onAudio: ((audio: PlayedAudio) => void) | undefined;
  readonly #events = new PlayoutEvents();
  readonly #closedIds = new ClosedIds();
  /** Samples per channel taken, by open segment. */
  readonly #open = new Map<string, number>();
  #total = 0;
  #isClosed = false;

  constructor(options: InstantAudioOutputOptions) {
    const { sampleRate, channels = 1 } = options;
    checkOutputFormat({ sampleRate, channels });
    this.sampleRate = sampleRate;
    this.channels = channels;
    this.#onAudio = options.onAudio;
  }

  get events(): AsyncIterable<PlayoutEvent> {
    return this.#events.stream;
  }

  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    checkFrameFormat(frame, this);
    if (this.#isClosed || this.#closedIds.has(segmentId)) return undefined;
    const before = this.#open.get(segmentId) ?? 0;
    const length = frame.samples.length / this.channels;
    const atMs = this.#toMs(this.#total);
    this.#open.set(segmentId, before + length);
    this.#total += length;
    if (before === 0 && length > 0) this.#events.push({ type: 'started', segmentId });
    this.#events.push({ type: 'progress', segmentId, playedMs: this.#toMs(before + length) });
    this.#onAudio?.({ samples: frame.samples, sampleRate: this.sampleRate, channels: this.channels, atMs });
    return this.#events.full;
  }

  end(segmentId: string): void {
    if (this.#isClosed || this.#closedIds.has(segmentId)) return;
    this.#finish(segmentId, { length: this.#open.get(segmentId) ?? 0, complete: true });
  }

  clear(): void {
    for (const [segmentId, length] of this.#open) this.#finish(segmentId, { length, complete: false });
  }

  [Symbol.asyncDispose](): Promise<void> {
    if (!this.#isClosed) this.clear();
    this.#isClosed = true;
    this.#events.end();
    return Promise.resolve();
  }

  #finish(segmentId: string, outcome: { readonly length: number; readonly complete: boolean }): void {
    this.#open.delete(segmentId);
    this.#closedIds.add(segmentId);
    this.#events.push({ type: 'finished', segmentId, playedMs: this.#toMs(outcome.length), complete: outcome.complete });
  }

  #toMs(length: number): number {
    return (length * 1_000) / this.sampleRate;
  }
}
