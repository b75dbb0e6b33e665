import type { JobRoom } from '@parley/core/provider';
import { joinedRoom } from '../joined-room.js';

/** A call of a method, as its handler sees it. */
export interface RpcRequest {
  /** Identity of the participant who calls. */
  readonly from: string;
  readonly payload: string;
  /** How long the caller waits for an answer. */
  readonly timeoutMs: number;
}

export interface RpcCall {
  /** Identity of the participant who is called. */
  readonly to: string;
  readonly method: string;
  /** Older clients take 15 KiB at most. */
  readonly payload: string;
  /** For the answer; 8,000 unless given. */
  readonly timeoutMs?: number | null | undefined;
}

const usualTimeoutMs = 8000;

/**
 * Answers calls of a method by participants in the room, who get what the handler returns. An `RpcError` of `@livekit/rtc-node` that it
 * throws reaches them as it is, anything else as "Application error", without its message.
 *
 * @returns Stops answering.
 * @throws {TypeError} The room was not joined through `@parley/livekit`.
 * @throws {Error} The room is not connected.
 */
export function handleRpc(room: JobRoom, method: string, handler: (request: RpcRequest) => Promise<string> | string): () => void {
  const participant = localParticipant(room);
  participant.registerRpcMethod(method, async ({ callerIdentity, payload, responseTimeout }) =>
    handler({ from: callerIdentity, payload, timeoutMs: responseTimeout }),
  );
  return () => participant.unregisterRpcMethod(method);
}

/**
 * Calls a method of a participant in the room.
 *
 * @throws {Error} They are not there: told at once, where the library would find out after seven seconds.
 * @throws {RpcError} Of `@livekit/rtc-node`, by `code`: 1400 they have no such method, 1500 it failed, 1502 no answer in time.
 */
export async function callRpc(room: JobRoom, { to, method, payload, timeoutMs }: RpcCall): Promise<string> {
  const participant = localParticipant(room);
  if (!room.participants.some(({ identity }) => identity === to))
    throw new Error(`the method ${method} cannot be called: "${to}" is not in the room`);
  return participant.performRpc({ destinationIdentity: to, method, payload, responseTimeout: timeoutMs ?? usualTimeoutMs });
}

function localParticipant(room: JobRoom) {
  const participant = joinedRoom(room).room.localParticipant;
  if (participant === undefined) throw new Error('the room is not connected');
  return participant;
}
