import type { BackgroundAudio, BackgroundLine } from '@parley/core';
import type { Clock, Logger } from '@parley/core/provider';
import type { JoinedRoom } from '../joined-room.js';
import { AgentTrack } from './agent-track.js';
import { TrackFeed } from './track-feed.js';

/** As LiveKit's own agents name it. */
const trackName = 'background_audio';
const sampleRate = 24_000;
/** More than is ever given ahead. */
const queueMs = 1000;
/** Audio ahead of the listener. Less than the voice has, for a sound that is stopped goes on for as long. */
const aheadMs = 100;
const everyMs = 20;

export interface BackgroundTrackOptions {
  readonly joined: JoinedRoom;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly background: BackgroundAudio;
}

/**
 * Background sounds on a track of their own beside the agent's voice: what clears or pauses the voice does not touch them. It is fed by the
 * clock while anything sounds, and rests else.
 */
export class BackgroundTrack implements AsyncDisposable {
  readonly #clock: Clock;
  readonly #track: AgentTrack;
  readonly #feed: TrackFeed;
  readonly #line: BackgroundLine;
  /** The feeding under way: when it began, and samples given since. */
  #run = { startMs: 0, fed: 0 };
  #cancel: (() => void) | undefined;
  #closing: Promise<void> | undefined;

  constructor({ joined, clock, logger, background }: BackgroundTrackOptions) {
    this.#clock = clock;
    // Not a second microphone: clients take that for the agent's voice.
    const source = joined.rtc.TrackSource.SOURCE_UNKNOWN;
    this.#track = new AgentTrack({
      joined,
      clock,
      logger,
      name: trackName,
      source,
      sampleRate,
      channels: 1,
      queueMs,
      listenerTimeoutMs: 0,
    });
    this.#feed = new TrackFeed(joined.rtc, this.#track.source, logger);
    this.#line = background.connect({ sampleRate, clock, onSound: () => this.#start() });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  #start(): void {
    if (this.#cancel !== undefined || this.#closing !== undefined) return;
    // The sound is still to be read.
    this.#cancel = this.#clock.after(everyMs, () => {
      this.#run = { startMs: this.#clock.now(), fed: 0 };
      this.#tick();
    });
  }

  #tick(): void {
    const nowMs = this.#clock.now();
    const played = ((nowMs - this.#run.startMs) * sampleRate) / 1000;
    // The event loop was held up for longer than what was ahead: what is late is not to pile up in front of what comes.
    if (played > this.#run.fed) this.#run = { startMs: nowMs, fed: 0 };
    const due = Math.floor(((nowMs - this.#run.startMs + aheadMs) * sampleRate) / 1000);
    while (this.#run.fed < due) {
      const samples = new Int16Array(Math.min(due - this.#run.fed, (everyMs * sampleRate) / 1000));
      this.#line.addTo(samples);
      this.#feed.push({ samples, sampleRate, channels: 1, atMs: (this.#run.fed * 1000) / sampleRate });
      this.#run.fed += samples.length;
    }
    this.#cancel = this.#line.isSounding ? this.#clock.after(everyMs, () => this.#tick()) : undefined;
  }

  async #close(): Promise<void> {
    this.#cancel?.();
    this.#line[Symbol.dispose]();
    this.#feed.clear();
    await this.#track.close();
  }
}
