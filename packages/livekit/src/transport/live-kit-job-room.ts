import type { JobParticipant, JobRoom, JobRoomEvent, Logger } from '@parley/core/provider';
import * as rtc from '@livekit/rtc-node';
import { DisconnectReason, type Room, RoomEvent } from '@livekit/rtc-node';
import type { EarlyAudio } from '../early-audio/early-audio.js';
import { type JoinedRoom, joinedRoomBrand } from '../joined-room.js';
import { jobParticipant } from './job-participant.js';
import { leaveRoom, type LeaveRoomOptions } from './leave-room.js';

/** A room of a LiveKit server, joined. */
export class LiveKitJobRoom implements JobRoom {
  readonly [joinedRoomBrand]: JoinedRoom;
  readonly name: string;
  readonly localIdentity: string;
  readonly #room: Room;
  readonly #logger: Logger;
  readonly #leaving: LeaveRoomOptions;
  readonly #listeners = new Set<{ readonly hear: (event: JobRoomEvent) => void }>();
  #state: JobRoom['state'] = 'connected';
  #left: Promise<void> | undefined;

  /** @param room connected. */
  constructor(room: Room, { early, ...leaving }: LeaveRoomOptions & { readonly early?: EarlyAudio }) {
    this[joinedRoomBrand] = { room, rtc, early };
    this.#room = room;
    this.#logger = leaving.logger;
    this.#leaving = leaving;
    this.name = room.name ?? '';
    this.localIdentity = room.localParticipant?.identity ?? '';
    room.on(RoomEvent.ParticipantConnected, (participant) =>
      this.#tell({ type: 'participant-joined', participant: jobParticipant(participant) }),
    );
    room.on(RoomEvent.ParticipantDisconnected, (participant) =>
      this.#tell({ type: 'participant-left', participant: jobParticipant(participant) }),
    );
    room.on(RoomEvent.Reconnecting, () => this.#enter('reconnecting', { type: 'reconnecting' }));
    room.on(RoomEvent.Reconnected, () => this.#enter('connected', { type: 'reconnected' }));
    room.on(RoomEvent.Disconnected, (reason) => this.#end(DisconnectReason[reason] ?? String(reason)));
    // It may have ended before anybody listened.
    if (!room.isConnected) this.#state = 'disconnected';
  }

  get state(): JobRoom['state'] {
    return this.#state;
  }

  get participants(): readonly JobParticipant[] {
    return [...this.#room.remoteParticipants.values()].map(jobParticipant);
  }

  onEvent(listener: (event: JobRoomEvent) => void): () => void {
    // Each call is a listener of its own, also with the same function.
    const entry = { hear: listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#left ??= this.#leave();
    return this.#left;
  }

  async #leave(): Promise<void> {
    await leaveRoom(this.#room, this.#leaving);
    this.#end('CLIENT_INITIATED');
  }

  #enter(state: 'connected' | 'reconnecting', event: JobRoomEvent): void {
    if (this.#state === 'disconnected') return;
    this.#state = state;
    this.#tell(event);
  }

  #end(reason: string): void {
    if (this.#state === 'disconnected') return;
    this.#state = 'disconnected';
    this.#tell({ type: 'disconnected', reason });
    this.#listeners.clear();
  }

  #tell(event: JobRoomEvent): void {
    // One that is added meanwhile hears of the next event first.
    const listeners = [...this.#listeners];
    for (const { hear } of listeners) {
      try {
        hear(event);
      } catch (error) {
        this.#logger.log('error', `a listener of the room threw at ${event.type}`, { error: String(error) });
      }
    }
  }
}
