import type { Room } from '@livekit/rtc-node';
import type { Clock, Logger } from '@parley/core/provider';
import { withDeadline } from '@parley/core/provider-kit';
import { EventEmitter } from 'node:events';

/** It takes moments. But the native part of rtc-node waits for what it has begun, for ever if that does not end. */
const leaveMs = 2500;
/** For the server to answer. Together less than the 5 s in which a job leaves its call (core's `job-call.ts`). */
const takeOutMs = 2000;

export interface LeaveRoomOptions {
  readonly clock: Clock;
  readonly logger: Logger;
  /** Has the server take this participant out, where the connection grants it. */
  readonly takeOut?: (() => Promise<void>) | undefined;
}

/**
 * Leaves the room, whether it is still joined or was ended by the server. Never rejects. Who could not leave within 2.5 seconds is let go of
 * and taken out by the server: the others would have them among them until this process ends.
 *
 * After an end by the server `disconnect()` of rtc-node 1.1.0 does nothing: the room stays a listener of the one native client, with all it
 * holds, and looks at every event of every other room of the process. So it is taken off here.
 */
export async function leaveRoom(room: Room, { clock, logger, takeOut }: LeaveRoomOptions): Promise<void> {
  const within = (timeoutMs: number, work: Promise<void>) =>
    withDeadline(work, { clock, timeoutMs, onTimeout: () => new Error(`not within ${timeoutMs} ms`) });
  try {
    await within(leaveMs, room.disconnect());
  } catch (error) {
    logger.log('error', 'the room was not left, and is let go of', { error: String(error) });
    await within(takeOutMs, takeOut?.() ?? Promise.resolve()).catch((reason: unknown) =>
      logger.log('error', 'the server did not take the agent out of the room', { error: String(reason) }),
    );
  } finally {
    forget(room);
  }
}

function forget(room: Room): void {
  const client: unknown = Reflect.get(globalThis, '_ffiClientInstance');
  const listener: unknown = Reflect.get(room, 'onFfiEvent');
  if (client instanceof EventEmitter && isListener(listener)) client.off('ffi_event', listener);
  room.removeAllListeners();
}

const isListener = (value: unknown): value is (...all: unknown[]) => void => typeof value === 'function';
