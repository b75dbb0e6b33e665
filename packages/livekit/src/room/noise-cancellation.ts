import type { AudioFrame, FrameProcessor, NoiseCancellationOptions } from '@livekit/rtc-node';
import type { JobParticipant } from '@parley/core/provider';

/** A filter of LiveKit's or of one's own, as `AudioStream` of `@livekit/rtc-node` takes it. */
export type NoiseFilter = NoiseCancellationOptions | FrameProcessor<AudioFrame>;

/** A filter for all, or what makes one for each track: for a telephone another than for a browser, or none. */
export type NoiseCancellation = NoiseFilter | ((caller: JobParticipant) => NoiseFilter | undefined);

/** Those of one's own hold something, and are closed. */
const isClosable = (filter: NoiseFilter): filter is FrameProcessor<AudioFrame> => 'close' in filter;

/** The filters of one call: one that was given lives as long as the call, one that was made as long as its track. */
export class NoiseFilters {
  readonly #given: NoiseCancellation | undefined;

  constructor(given: NoiseCancellation | undefined) {
    this.#given = given;
  }

  /** What `AudioStream` is to be given for a track of this caller. It closes by itself what was made for the track. */
  optionsFor(caller: JobParticipant): { noiseCancellation?: NoiseFilter; autoCloseNoiseCancellation?: boolean } {
    const isMade = typeof this.#given === 'function';
    const filter = typeof this.#given === 'function' ? this.#given(caller) : this.#given;
    return filter === undefined ? {} : { noiseCancellation: filter, autoCloseNoiseCancellation: isMade };
  }

  close(): void {
    if (this.#given !== undefined && typeof this.#given !== 'function' && isClosable(this.#given)) this.#given.close();
  }
}
