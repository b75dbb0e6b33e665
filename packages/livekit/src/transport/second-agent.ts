import type { Clock, Logger } from '@parley/core/provider';
import { ParticipantKind, RoomEvent } from '@livekit/rtc-node';

/** Written by the server into the attributes of each agent. */
const nameAttribute = 'lk.agent_name';
/** Whoever was dispatched when the room was made anew joins within a second; on a busy machine within a few. */
const watchMs = 15_000;
const lookEveryMs = 500;

/** What is looked at of a participant. */
interface Seen {
  readonly identity: string;
  readonly kind: ParticipantKind;
  readonly attributes: Readonly<Record<string, string>>;
}

/** LiveKit's `Room`, as far as it is watched here. */
export interface WatchedRoom {
  readonly localParticipant?: { readonly sid?: string | undefined; readonly attributes: Readonly<Record<string, string>> } | undefined;
  readonly remoteParticipants: ReadonlyMap<string, Seen>;
  on(event: RoomEvent.Reconnecting | RoomEvent.Reconnected | RoomEvent.Disconnected, listener: () => void): unknown;
}

export interface SecondAgentOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Takes somebody out of the room. */
  readonly remove: (identity: string) => Promise<void>;
}

/**
 * When a node of a LiveKit cluster dies, the first who comes back has its room made anew on another, and the server (1.9.12) dispatches the
 * room's agents anew with it. The agent that was there comes back as well, and the caller would hear two. So it takes out one of its own name
 * that it did not know before: it has the conversation, the other begins with none.
 */
export function keepOutSecondAgent(room: WatchedRoom, { clock, logger, remove }: SecondAgentOptions): void {
  let before: { readonly sid: string | undefined; readonly agents: ReadonlySet<string> } | undefined;
  const taken = new Set<string>();
  let cancel = () => {};
  const takeOut = (identity: string) => {
    taken.add(identity);
    logger.log('warn', 'the room was made anew, and a second agent dispatched into it: it is taken out', { identity });
    remove(identity).catch((error: unknown) =>
      logger.log('error', 'the second agent in the room could not be taken out', { identity, error: String(error) }),
    );
  };
  const look = () => {
    const own = room.localParticipant;
    // Who was only resumed is in the same room still. The new id may be told a moment after the connection.
    if (before === undefined || before.sid === own?.sid) return;
    for (const participant of room.remoteParticipants.values()) {
      const { identity, attributes } = participant;
      const isKnown = before.agents.has(identity) || taken.has(identity);
      if (!isKnown && isAgent(participant) && attributes[nameAttribute] === own?.attributes[nameAttribute]) takeOut(identity);
    }
  };
  const watch = (untilMs: number) => {
    look();
    if (clock.now() < untilMs) cancel = clock.after(lookEveryMs, () => watch(untilMs));
    else before = undefined;
  };
  room.on(RoomEvent.Reconnecting, () => {
    before ??= { sid: room.localParticipant?.sid, agents: new Set(agentsIn(room)) };
  });
  room.on(RoomEvent.Reconnected, () => {
    cancel();
    watch(clock.now() + watchMs);
  });
  room.on(RoomEvent.Disconnected, () => cancel());
}

const isAgent = ({ kind }: Seen): boolean => kind === ParticipantKind.AGENT;
const agentsIn = (room: WatchedRoom) => [...room.remoteParticipants.values()].filter(isAgent).map(({ identity }) => identity);
