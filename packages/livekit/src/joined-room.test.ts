import type { JobRoom } from '@parley/core/provider';
import { expect, test } from 'vitest';
import { joinedRoom, liveKitRoom } from './joined-room.js';

test('a room of another transport is refused, with what to pass instead', () => {
  const room: JobRoom = {
    name: 'elsewhere',
    localIdentity: 'agent-1',
    state: 'connected',
    participants: [],
    onEvent: () => () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  expect(() => joinedRoom(room)).toThrow(TypeError);
  expect(() => liveKitRoom(room)).toThrow(/no room of a LiveKit server: pass context\.room/);
});
