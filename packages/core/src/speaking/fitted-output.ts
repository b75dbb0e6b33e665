import { createFrameConverter, type FrameConverter } from '../audio/frame-converter.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { AudioOutput } from '../provider/audio-output.js';
import type { Clock } from '../provider/clock.js';
import { toChannels } from './to-channels.js';

/**
 * Writes audio of any rate and number of channels to an output: that of a reply which was begun for another output. Audio that fits is
 * passed on as it is.
 */
export class FittedOutput implements Disposable {
  readonly output: AudioOutput;
  readonly #clock: Clock;
  #converter: FrameConverter | undefined;
  /** The segment that the converter works for. */
  #segmentId: string | undefined;
  /** What the output returned for the frames of the present write. */
  #full: Promise<void> | undefined;

  constructor(output: AudioOutput, clock: Clock) {
    this.output = output;
    this.#clock = clock;
  }

  /** As `AudioOutput.write`; rejects also if the audio cannot be converted. */
  write(segmentId: string, frame: AudioFrame): Promise<void> | undefined {
    const { sampleRate, channels } = this.output;
    if (frame.sampleRate === sampleRate && frame.channels === channels) return this.output.write(segmentId, frame);
    const converter = this.#converterFor(segmentId);
    this.#full = undefined;
    const loading = converter.push(frame);
    return loading === undefined ? this.#full : loading.then(() => this.#full);
  }

  end(segmentId: string): void {
    if (this.#segmentId === segmentId) this.#converter?.flush();
    this.output.end(segmentId);
  }

  clear(): void {
    this[Symbol.dispose]();
    this.output.clear();
  }

  [Symbol.dispose](): void {
    this.#converter?.[Symbol.dispose]();
    this.#converter = undefined;
    this.#segmentId = undefined;
  }

  #converterFor(segmentId: string): FrameConverter {
    if (this.#converter !== undefined && this.#segmentId === segmentId) return this.#converter;
    this[Symbol.dispose]();
    const { output } = this;
    const onFrame = (frame: AudioFrame) => {
      this.#full = output.write(segmentId, toChannels(frame, output.channels)) ?? this.#full;
    };
    this.#segmentId = segmentId;
    this.#converter = createFrameConverter({ sampleRate: output.sampleRate, clock: this.#clock, onFrame });
    return this.#converter;
  }
}
