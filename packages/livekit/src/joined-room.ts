import type { JobRoom } from '@parley/core/provider';
import type { Room } from '@livekit/rtc-node';
import type { EarlyAudio } from './early-audio/early-audio.js';

/** Where a `JobRoom` of this package keeps what is LiveKit's; the same symbol for every installed copy. */
export const joinedRoomBrand = Symbol.for('parley.livekit.room');

/** LiveKit's side of a `JobRoom`. */
export interface JoinedRoom {
  readonly room: Room;
  /** The library that made it. Taken from here it is the same copy, and a process without rooms never loads it. */
  readonly rtc: typeof import('@livekit/rtc-node');
  /** What participants recorded before the agent was there. */
  readonly early?: EarlyAudio | undefined;
}

type LiveKitJobRoom = JobRoom & { readonly [joinedRoomBrand]: JoinedRoom };

const isLiveKitJobRoom = (room: JobRoom): room is LiveKitJobRoom => typeof room === 'object' && room !== null && joinedRoomBrand in room;

/** @throws {TypeError} The room was not joined through `@parley/livekit`. */
export function joinedRoom(room: JobRoom): JoinedRoom {
  if (isLiveKitJobRoom(room)) return room[joinedRoomBrand];
  throw new TypeError('this is no room of a LiveKit server: pass context.room of a job that livekitDispatcher took, once it is connected');
}

/**
 * LiveKit's own `Room` behind a job's, for whatever this package has no words for. Leaving it is the job's business: do not disconnect it.
 *
 * @throws {TypeError} The room was not joined through `@parley/livekit`.
 */
export const liveKitRoom = (room: JobRoom): Room => joinedRoom(room).room;
