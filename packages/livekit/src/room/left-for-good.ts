/**
 * `DisconnectReason` of the LiveKit protocol after which nobody comes back: CLIENT_INITIATED 1, PARTICIPANT_REMOVED 4, ROOM_DELETED 5,
 * ROOM_CLOSED 10, USER_UNAVAILABLE 11, USER_REJECTED 12, SIP_TRUNK_FAILURE 13. Numbers, so that nothing of the library is loaded for them.
 *
 * Not so: a lost connection (UNKNOWN 0, SIGNAL_CLOSE 9, CONNECTION_TIMEOUT 14), the same identity joining anew (DUPLICATE_IDENTITY 2, as at
 * a full reconnect), a server that goes (3) or moves the room (8). When the agent's own connection is made anew, all are told to have left
 * for an UNKNOWN reason, and to have come again.
 */
const finalReasons: ReadonlySet<number> = new Set([1, 4, 5, 10, 11, 12, 13]);

/** Whether somebody who left for this reason is not to be waited for. */
export const isForGood = (reason: number | undefined): boolean => reason !== undefined && finalReasons.has(reason);
