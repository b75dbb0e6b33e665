import type { Room } from '@livekit/rtc-node';
import { EventEmitter } from 'node:events';

/**
 * Leaves the room, whether it is still joined or was ended by the server.
 *
 * After an end by the server `disconnect()` of rtc-node 1.1.0 does nothing: the room stays a listener of the one native client, with all it
 * holds, and looks at every event of every other room of the process. So it is taken off here.
 */
export async function leaveRoom(room: Room): Promise<void> {
  await room.disconnect();
  const client: unknown = Reflect.get(globalThis, '_ffiClientInstance');
  const listener: unknown = Reflect.get(room, 'onFfiEvent');
  if (client instanceof EventEmitter && isListener(listener)) client.off('ffi_event', listener);
  room.removeAllListeners();
}

const isListener = (value: unknown): value is (...all: unknown[]) => void => typeof value === 'function';
