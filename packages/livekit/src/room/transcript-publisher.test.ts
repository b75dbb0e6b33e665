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

test('closing waits five seconds for all that is still to be sent, not for each of it, and tells of it a second later', async () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const joined = { room: silentRoom(), rtc };
  const publisher = new TranscriptPublisher({ joined, clock, logger: { log: (level) => void lines.push(level) }, spokenBy: () => ({}) });
  for (const segmentId of ['u1', 'u2', 'u3', 'u4']) publisher.write({ speaker: 'user', segmentId, text: 'a table', final: true });
  let isClosed = false;
  const closing = publisher[Symbol.asyncDispose]().then(() => (isClosed = true));
  await clock.advance(5999);
  expect([isClosed, lines]).toEqual([false, []]);
  await clock.advance(1);
  await closing;
  expect(lines).toEqual(['warn']);
  // What had begun ends with its own deadline, and nothing follows it.
  await clock.advance(5000);
  expect(clock.pendingTimers).toBe(0);
});

test('closing in a room that is over waits for nothing and leaves no timer', async () => {
  const clock = new VirtualClock();
  const lines: string[] = [];
  const room = new Room();
  let isConnected = true;
  Object.defineProperty(room, 'isConnected', { get: () => isConnected });
  Reflect.set(room, 'localParticipant', { streamText: () => Promise.reject(new Error('refused')) });
  const publisher = new TranscriptPublisher({
    joined: { room, rtc },
    clock,
    logger: { log: (level) => void lines.push(level) },
    spokenBy: () => ({}),
  });
  publisher.write({ speaker: 'user', segmentId: 'u1', text: 'a table', final: true });
  await clock.advance(10);
  isConnected = false;
  await publisher[Symbol.asyncDispose]();
  expect([lines, clock.now()]).toEqual([['debug'], 10]);
  clock.assertIdle();
});
