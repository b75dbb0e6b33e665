import type { BenchRooms } from './bench-rooms.js';
import { RoomCaller, type RoomCallerOptions } from './room-caller.js';
import type { RoomOrder } from './room-order.js';

export interface RoomCall {
  readonly room: string;
  readonly caller: RoomCaller;
}

export interface RoomCallOptions extends RoomCallerOptions {
  readonly agentName: string;
  readonly order?: Partial<RoomOrder>;
}

/** A call with a caller in it, whose agent's session has started. */
export async function startRoomCall(rooms: BenchRooms, { agentName, order, ...options }: RoomCallOptions): Promise<RoomCall> {
  const room = await rooms.open(agentName, { ...order, kind: 'call' });
  const caller = await RoomCaller.join(rooms, room, options);
  await rooms.started(room);
  return { room, caller };
}

/** One after the other, as calls come: none waits for the start of another. */
export async function startRoomCalls(rooms: BenchRooms, count: number, options: RoomCallOptions): Promise<readonly RoomCall[]> {
  const calls: RoomCall[] = [];
  while (calls.length < count) calls.push(await startRoomCall(rooms, options));
  return calls;
}

export async function endRoomCalls(rooms: BenchRooms, calls: readonly RoomCall[]): Promise<void> {
  for (const { room, caller } of calls) {
    await caller[Symbol.asyncDispose]();
    await rooms.close(room);
  }
}
