import { type RemoteTrackPublication, type Room, RoomEvent, TrackKind } from '@livekit/rtc-node';

const kinds = { audio: TrackKind.KIND_AUDIO, video: TrackKind.KIND_VIDEO } as const;

/** Receives tracks of this kind, those that are there and those to come, in a room that subscribes to nothing by itself. */
export function subscribeToKind(room: Room, kind: 'audio' | 'video'): void {
  const subscribe = (publication: RemoteTrackPublication) => {
    if (publication.kind === kinds[kind]) publication.setSubscribed(true);
  };
  room.on(RoomEvent.TrackPublished, subscribe);
  for (const participant of room.remoteParticipants.values()) {
    for (const publication of participant.trackPublications.values()) subscribe(publication);
  }
}
