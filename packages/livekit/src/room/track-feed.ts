import type { AudioSource } from '@livekit/rtc-node';
import type { AudioFrame, Logger } from '@parley/core/provider';
import type { JoinedRoom } from '../joined-room.js';

/**
 * What is given to the library at a time. Of a longer frame that waits to be taken the rest still plays after the queue was cleared; one of
 * this length is dropped with the rest.
 */
const longestMs = 50;

/** Gives a track its audio, frame by frame and in order. */
export class TrackFeed {
  readonly #rtc: JoinedRoom['rtc'];
  readonly #source: AudioSource;
  readonly #logger: Logger;
  #waiting: AudioFrame[] = [];
  #isRunning = false;
  #hasFailed = false;

  constructor(rtc: JoinedRoom['rtc'], source: AudioSource, logger: Logger) {
    this.#rtc = rtc;
    this.#source = source;
    this.#logger = logger;
  }

  /** It is as long as its writer lets it get: frames wait here only while the library's own queue is full. */
  push(frame: AudioFrame): void {
    this.#waiting.push(...pieces(frame));
    if (!this.#isRunning) void this.#run();
  }

  /** Drops all that is not on its way yet. */
  clear(): void {
    this.#waiting = [];
    this.#source.clearQueue();
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      for (let frame = this.#waiting.shift(); frame !== undefined; frame = this.#waiting.shift()) {
        const { samples, sampleRate, channels } = frame;
        // One after another: with two calls under way at once their order would not be sure.
        await this.#source.captureFrame(new this.#rtc.AudioFrame(samples, sampleRate, channels, samples.length / channels));
      }
    } catch (error) {
      this.#waiting = [];
      // Once: what breaks one frame breaks them all.
      if (!this.#hasFailed) this.#logger.log('error', 'audio could not be given to the track', { error: String(error) });
      this.#hasFailed = true;
    } finally {
      this.#isRunning = false;
    }
  }
}

/** In buffers that begin with them: the library reads each from its first byte, whichever part of it the samples are. */
function pieces(frame: AudioFrame): AudioFrame[] {
  const { samples, sampleRate, channels } = frame;
  const length = Math.floor((longestMs * sampleRate) / 1000) * channels;
  if (samples.length === 0) return [];
  if (samples.length <= length) return [samples.byteOffset === 0 ? frame : { ...frame, samples: samples.slice() }];
  const all: AudioFrame[] = [];
  for (let from = 0; from < samples.length; from += length) all.push({ ...frame, samples: samples.slice(from, from + length) });
  return all;
}
