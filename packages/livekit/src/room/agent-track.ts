import type { AudioSource, LocalAudioTrack, LocalTrackPublication, TrackSource } from '@livekit/rtc-node';
import type { Clock, Logger } from '@parley/core/provider';
import { withDeadline } from '@parley/core/provider-kit';
import type { JoinedRoom } from '../joined-room.js';
import { watchRepublished } from './watch-republished.js';

/** For the server to answer; the library waits for as long itself. */
const publishMs = 10_000;

/** For the server to take it back. Without an answer, as in the midst of a reconnect, it goes with the room. */
const unpublishMs = 2000;

export interface AgentTrackOptions {
  readonly joined: JoinedRoom;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly name: string;
  /** What clients take it for. */
  readonly source: TrackSource;
  readonly sampleRate: number;
  readonly channels: number;
  /** Audio that may wait in the library. */
  readonly queueMs: number;
  /** How long the first listener is waited for. */
  readonly listenerTimeoutMs: number;
}

/** A track that the agent publishes, at once: who publishes nothing is seen by the others up to three seconds late. */
export class AgentTrack {
  readonly source: AudioSource;
  /** Settles when somebody receives it, or nobody has within the time, or it could not be published. Never rejects. */
  readonly heard: Promise<void>;
  readonly #joined: JoinedRoom;
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #track: LocalAudioTrack;
  readonly #published: Promise<LocalTrackPublication | undefined>;
  readonly #stopWatching: () => void;
  #publication: LocalTrackPublication | undefined;
  #stopWaiting = () => {};
  #closing: Promise<void> | undefined;

  constructor(options: AgentTrackOptions) {
    const { joined, name, sampleRate, channels, queueMs } = options;
    this.#joined = joined;
    this.#clock = options.clock;
    this.#logger = options.logger;
    this.source = new joined.rtc.AudioSource(sampleRate, channels, queueMs);
    this.#track = joined.rtc.LocalAudioTrack.createAudioTrack(name, this.source);
    this.#stopWatching = watchRepublished(this.#track, { room: joined.room, clock: this.#clock, logger: this.#logger });
    this.#published = this.#publish(options);
    this.heard = this.#awaitListener(options);
  }

  /** Of the publication; another after a reconnect at which it was published anew. */
  get sid(): string | undefined {
    return this.#publication?.sid;
  }

  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #publish({ clock, name, source }: AgentTrackOptions): Promise<LocalTrackPublication | undefined> {
    const { room, rtc } = this.#joined;
    try {
      const participant = room.localParticipant;
      if (participant === undefined) throw new Error('the room is not connected');
      const options = new rtc.TrackPublishOptions({ source });
      const publishing = participant.publishTrack(this.#track, options);
      this.#publication = await withDeadline(publishing, {
        clock,
        timeoutMs: publishMs,
        onTimeout: () => new Error(`the server has not answered within ${publishMs} ms`),
      });
      return this.#publication;
    } catch (error) {
      this.#logger.log('error', `the track "${name}" was not published: nobody hears it`, { error: String(error) });
      return undefined;
    }
  }

  async #awaitListener({ clock, listenerTimeoutMs }: AgentTrackOptions): Promise<void> {
    const publication = await this.#published;
    if (publication === undefined || this.#closing !== undefined) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(listenerTimeoutMs, resolve);
      this.#stopWaiting = () => {
        cancel();
        resolve();
      };
      void publication.waitForSubscription().then(() => this.#stopWaiting());
    });
  }

  async #close(): Promise<void> {
    this.#stopWatching();
    const publication = await this.#published;
    this.#stopWaiting();
    try {
      if (publication?.sid !== undefined && this.#joined.room.isConnected) await this.#unpublish(publication.sid);
    } catch (error) {
      this.#logger.log('debug', 'a track was not unpublished', { error: String(error) });
    }
    await this.#track.close(true);
  }

  async #unpublish(sid: string): Promise<void> {
    const unpublishing = this.#joined.room.localParticipant?.unpublishTrack(sid, true);
    if (unpublishing === undefined) return;
    const onTimeout = () => new Error(`the server has not answered within ${unpublishMs} ms`);
    await withDeadline(unpublishing, { clock: this.#clock, timeoutMs: unpublishMs, onTimeout });
  }
}
