import type { RemoteParticipant, RemoteTrack, RemoteTrackPublication } from '@livekit/rtc-node';
import type { Clock, JobParticipant, JobRoom } from '@parley/core/provider';
import { type JoinedRoom, joinedRoom } from '../joined-room.js';
import { type CallerEvent, type CallerRules, type CallerState, type Candidate, nextCaller } from './caller-choice.js';
import { isForGood } from './left-for-good.js';

/** Says who publishes for another: an avatar for its agent. */
const onBehalfAttribute = 'lk.publish_on_behalf';

export type Medium = 'microphone' | 'camera' | 'screen';

export interface CallerTrack {
  readonly track: RemoteTrack;
  /** Of the publication; another after each reconnect. */
  readonly sid: string;
  readonly isMuted: boolean;
}

export interface CallerWatchOptions {
  readonly clock: Clock;
  readonly rules: CallerRules;
  /** How long a caller whose connection was lost is waited for. */
  readonly returnTimeoutMs: number;
}

/** Follows who the caller is, and what they publish, through whatever happens in the room. */
export class CallerWatch {
  readonly #room: JobRoom;
  readonly #joined: JoinedRoom;
  readonly #options: CallerWatchOptions;
  #rules: CallerRules;
  #state: CallerState = { type: 'awaited' };
  readonly #listeners = new Set<() => void>();
  readonly #onRoster = () => this.#dispatch({ type: 'roster', candidates: this.#candidates() });
  readonly #onLeft = ({ identity, disconnectReason }: RemoteParticipant) =>
    this.#dispatch({ type: 'left', identity, isForGood: isForGood(disconnectReason), candidates: this.#candidates(identity) });
  readonly #onEnd = () => this.#dispatch({ type: 'room-ended' });
  readonly #onTrack = () => this.#tell();
  /** Publications that were subscribed to: once each. */
  readonly #asked = new WeakSet<RemoteTrackPublication>();
  #cancelReturn = () => {};

  constructor(room: JobRoom, options: CallerWatchOptions) {
    this.#room = room;
    this.#joined = joinedRoom(room);
    this.#options = options;
    this.#rules = options.rules;
    this.#listen();
    if (room.state !== 'disconnected') this.#dispatch({ type: 'roster', candidates: this.#candidates() });
    else this.#dispatch({ type: 'room-ended' });
  }

  get state(): CallerState {
    return this.#state;
  }

  /** Who is the caller at present, if they are there. */
  get caller(): JobParticipant | undefined {
    const state = this.#state;
    return state.type === 'present' ? this.#room.participants.find(({ identity }) => identity === state.identity) : undefined;
  }

  /** What the caller publishes and we receive. */
  track(medium: Medium): CallerTrack | undefined {
    const publication = this.#publication(medium);
    if (publication?.track === undefined || !isRemote(publication.track)) return undefined;
    return { track: publication.track, sid: publication.sid ?? '', isMuted: publication.muted === true };
  }

  /** Has the server send it, in a room where not everything is subscribed to by itself. */
  receive(medium: Medium): void {
    const publication = this.#publication(medium);
    if (publication === undefined || publication.subscribed || this.#asked.has(publication)) return;
    this.#asked.add(publication);
    publication.setSubscribed(true);
  }

  /** Listens to this one from now on, or to the first who fits. Whoever is named may still have to come. */
  choose(identity: string | undefined): void {
    this.#rules = { ...this.#rules, identity };
    this.#dispatch({ type: 'chosen', identity, candidates: this.#candidates() });
  }

  /** Called after whatever may have changed who the caller is or what they publish; returns the way to stop. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** Leaves no listener in the room. */
  close(): void {
    this.#cancelReturn();
    this.#unlisten();
    this.#listeners.clear();
  }

  get #participant(): RemoteParticipant | undefined {
    return this.#state.type === 'present' ? this.#joined.room.remoteParticipants.get(this.#state.identity) : undefined;
  }

  #publication(medium: Medium): RemoteTrackPublication | undefined {
    const { SOURCE_MICROPHONE, SOURCE_CAMERA, SOURCE_SCREENSHARE } = this.#joined.rtc.TrackSource;
    const source = { microphone: SOURCE_MICROPHONE, camera: SOURCE_CAMERA, screen: SOURCE_SCREENSHARE }[medium];
    const all = [...(this.#participant?.trackPublications.values() ?? [])].filter((publication) => publication.source === source);
    // While one takes the place of another both are there for a moment.
    return all.findLast((publication) => publication.track !== undefined) ?? all.at(-1);
  }

  /** All who are there, but for the one who is leaving. */
  #candidates(leaving?: string): Candidate[] {
    const others = this.#room.participants.filter(({ identity }) => identity !== leaving);
    return others.map(({ identity, kind, attributes }) => {
      const onBehalfOf = attributes[onBehalfAttribute];
      return { identity, kind, ...(onBehalfOf !== undefined && { onBehalfOf }) };
    });
  }

  #listen(): void {
    const { room } = this.#joined;
    room.on('participantConnected', this.#onRoster);
    room.on('participantAttributesChanged', this.#onRoster);
    room.on('reconnected', this.#onRoster);
    room.on('participantDisconnected', this.#onLeft);
    room.on('disconnected', this.#onEnd);
    for (const event of tracksChanged) room.on(event, this.#onTrack);
  }

  #unlisten(): void {
    const { room } = this.#joined;
    room.off('participantConnected', this.#onRoster);
    room.off('participantAttributesChanged', this.#onRoster);
    room.off('reconnected', this.#onRoster);
    room.off('participantDisconnected', this.#onLeft);
    room.off('disconnected', this.#onEnd);
    for (const event of tracksChanged) room.off(event, this.#onTrack);
  }

  #dispatch(event: CallerEvent): void {
    const before = this.#state;
    this.#state = nextCaller(before, event, this.#rules);
    if (this.#state.type !== before.type) this.#awaitReturn();
    this.#tell();
  }

  #awaitReturn(): void {
    this.#cancelReturn();
    this.#cancelReturn = () => {};
    if (this.#state.type !== 'away') return;
    const { clock, returnTimeoutMs } = this.#options;
    this.#cancelReturn = clock.after(returnTimeoutMs, () => this.#dispatch({ type: 'not-returned', candidates: this.#candidates() }));
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

const tracksChanged = ['trackPublished', 'trackUnpublished', 'trackSubscribed', 'trackUnsubscribed', 'trackMuted', 'trackUnmuted'] as const;

/** The library types what a publication holds as any track. */
const isRemote = (track: object): track is RemoteTrack => track.constructor.name.startsWith('Remote');
