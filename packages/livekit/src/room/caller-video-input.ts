import type { RemoteTrack, VideoFrame } from '@livekit/rtc-node';
import type { Clock, VideoInput } from '@parley/core/provider';
import type { JoinedRoom } from '../joined-room.js';
import type { CallerWatch } from './caller-watch.js';
import { shrinkPicture } from './shrink-picture.js';

/** Pictures come 30 times a second; of a screen that does not change, about once. */
const pictureMs = 2000;
/** Longest side in pixels: what vision models look at anyway. */
const longestSide = 1024;
/** Of 100. */
const quality = 75;

export interface CallerVideoInputOptions {
  readonly joined: JoinedRoom;
  readonly watch: CallerWatch;
  readonly clock: Clock;
}

type Captured = Awaited<ReturnType<VideoInput['capture']>>;

/**
 * What the caller shows: their screen, if they share it, else their camera. Decoded pictures are large, so the library is asked for one when one is
 * wanted, and for none in between.
 */
export class CallerVideoInput implements VideoInput {
  readonly #options: CallerVideoInputOptions;
  readonly #unwatch: () => void;
  #stopWaiting = () => {};

  constructor(options: CallerVideoInputOptions) {
    this.#options = options;
    this.#unwatch = options.watch.onChange(() => this.#receive());
    this.#receive();
  }

  async capture(): Promise<Captured> {
    const { watch } = this.#options;
    const shown = [watch.track('screen'), watch.track('camera')].find((track) => track !== undefined && !track.isMuted);
    if (shown === undefined) return undefined;
    const frame = await this.#nextFrame(shown.track);
    return frame === undefined ? undefined : this.#encode(frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#unwatch();
    this.#stopWaiting();
  }

  #receive(): void {
    this.#options.watch.receive('screen');
    this.#options.watch.receive('camera');
  }

  /** The next picture; none if none comes in time, or the track ends. */
  async #nextFrame(track: RemoteTrack): Promise<VideoFrame | undefined> {
    const { joined, clock } = this.#options;
    const reader = new joined.rtc.VideoStream(track).getReader();
    const cancel = () => void reader.cancel().catch(() => {});
    const cancelTimer = clock.after(pictureMs, cancel);
    this.#stopWaiting = cancel;
    try {
      const { value } = await reader.read();
      return value?.frame;
    } finally {
      cancelTimer();
      await reader.cancel();
    }
  }

  async #encode(frame: VideoFrame): Promise<Captured> {
    const { RGBA } = this.#options.joined.rtc.VideoBufferType;
    const picture = frame.type === RGBA ? frame : frame.convert(RGBA);
    // Loaded for those who need it: most calls have no video.
    const { encode } = await import('jpeg-js');
    const { data } = encode(shrinkPicture(picture, longestSide), quality);
    return { data, mediaType: 'image/jpeg' };
  }
}
