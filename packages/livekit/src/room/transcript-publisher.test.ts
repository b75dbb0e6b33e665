import * as rtc from '@livekit/rtc-node';
import { Room } from '@livekit/rtc-node';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { TranscriptPublisher } from './transcript-publisher.js';

/** Is connected, and answers nothing. */
function silentRoom(): Room {
  const room = new Room();
  Object.defineProperty(room, 'isConnected', { value: true });
  Reflect.set(room, 'localParticipant', { streamText: () => new Promise(() => {}) });
  return room;
}

test('closing waits five seconds for all that is still to be sent, not for each of it', async () => {
  const clock = new VirtualClock();
  const joined = { room: silentRoom(), rtc };
  const publisher = new TranscriptPublisher({ joined, clock, logger: { log() {} }, spokenBy: () => ({}) });
  for (const segmentId of ['u1', 'u2', 'u3', 'u4']) publisher.write({ speaker: 'user', segmentId, text: 'a table', final: true });
  let isClosed = false;
  const closing = publisher[Symbol.asyncDispose]().then(() => (isClosed = true));
  await clock.advance(4999);
  expect(isClosed).toBe(false);
  await clock.advance(1);
  await closing;
  // What had begun ends with its own deadline, and nothing follows it.
  await clock.advance(5000);
  expect(clock.pendingTimers).toBe(0);
});
