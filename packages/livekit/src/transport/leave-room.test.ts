import { EventEmitter } from 'node:events';
import { Room } from '@livekit/rtc-node';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { leaveRoom } from './leave-room.js';

/** A room of the library, of which only the way out is another. */
function roomThat(disconnect: () => Promise<void>): Room {
  const room = new Room();
  room.disconnect = disconnect;
  room.on('reconnected', () => {});
  return room;
}

function trial() {
  const clock = new VirtualClock();
  const lines: string[] = [];
  return { clock, lines, logger: { log: (_level: unknown, message: string) => void lines.push(message) } };
}

const never = () => new Promise<void>(() => {});
const listeners = (room: Room): number => (room instanceof EventEmitter ? room.listenerCount('reconnected') : Number.NaN);

test('a room that cannot be left is let go of after two and a half seconds, and the server takes the agent out', async () => {
  const { clock, lines, logger } = trial();
  const room = roomThat(never);
  let takenOut = 0;
  const leaving = leaveRoom(room, { clock, logger, takeOut: async () => void (takenOut += 1) });
  await clock.advance(2499);
  expect([lines, takenOut, listeners(room)]).toEqual([[], 0, 1]);
  await clock.advance(1);
  await leaving;
  expect([lines, takenOut, listeners(room)]).toEqual([['the room was not left, and is let go of'], 1, 0]);
});

test('a server that does not answer either is not waited for longer than that', async () => {
  const { clock, lines, logger } = trial();
  const leaving = leaveRoom(roomThat(never), { clock, logger, takeOut: never });
  await clock.advance(4500);
  await leaving;
  expect(lines).toEqual(['the room was not left, and is let go of', 'the server did not take the agent out of the room']);
});

test('who has left is not taken out, and nothing is said', async () => {
  const { clock, lines, logger } = trial();
  const room = roomThat(() => Promise.resolve());
  await leaveRoom(room, { clock, logger, takeOut: () => Promise.reject(new Error('asked')) });
  expect([lines, listeners(room), clock.pendingTimers]).toEqual([[], 0, 0]);
});
