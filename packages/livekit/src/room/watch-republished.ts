import { ParticipantKind } from '@livekit/rtc-node';
import type { Clock, Logger } from '@parley/core/provider';

/** The server tells of the first who receives it within a second, on a busy machine within a few. */
const receivedMs = 10_000;

/** What is used of a publication. */
interface Publication {
  readonly track?: object | undefined;
  readonly name?: string | undefined;
  readonly sid?: string | undefined;
}

/** What is used of the library's room. */
interface WatchedRoom {
  readonly remoteParticipants: { values(): Iterable<{ readonly kind: ParticipantKind }> };
  on(event: 'localTrackSubscribed', listener: (track: object) => void): unknown;
  on(event: 'localTrackRepublished', listener: (publication: Publication) => void): unknown;
  off(event: 'localTrackSubscribed', listener: (track: object) => void): unknown;
  off(event: 'localTrackRepublished', listener: (publication: Publication) => void): unknown;
}

/**
 * When a connection is made anew the library publishes its tracks anew, and calls the room connected whether or not they arrive. A track that
 * somebody received before and nobody receives any more, though somebody other than an agent is there, is told of: an agent that is mute must not go unnoticed.
 *
 * @returns Ends the watch.
 */
export function watchRepublished(
  track: object,
  { room, clock, logger }: { readonly room: WatchedRoom; readonly clock: Clock; readonly logger: Logger },
): () => void {
  let wasReceived = false;
  let cancel = () => {};
  const onSubscribed = (subscribed: object) => {
    if (subscribed !== track) return;
    wasReceived = true;
    cancel();
  };
  const onRepublished = ({ track: republished, sid = '', name = '' }: Publication) => {
    if (republished !== track || !wasReceived) return;
    cancel();
    cancel = clock.after(receivedMs, () => {
      if ([...room.remoteParticipants.values()].every(({ kind }) => kind === ParticipantKind.AGENT)) return;
      logger.log('warn', `the track "${name}" was published anew after a reconnect, and nobody receives it: the agent may not be heard`, {
        sid,
      });
    });
  };
  room.on('localTrackSubscribed', onSubscribed);
  room.on('localTrackRepublished', onRepublished);
  return () => {
    cancel();
    room.off('localTrackSubscribed', onSubscribed);
    room.off('localTrackRepublished', onRepublished);
  };
}
