import { EventEmitter } from 'node:events';
import { ParticipantKind } from '@livekit/rtc-node';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { watchRepublished } from './watch-republished.js';

class TrialRoom extends EventEmitter {
  readonly remoteParticipants = new Map([['caller-1', { kind: ParticipantKind.STANDARD }]]);
}

function trial() {
  const [clock, room, track] = [new VirtualClock(), new TrialRoom(), {}];
  const lines: string[] = [];
  const stop = watchRepublished(track, { room, clock, logger: { log: (_level, message) => void lines.push(message) } });
  const received = (one: object = track) => room.emit('localTrackSubscribed', one);
  const republished = (one: object = track) => room.emit('localTrackRepublished', { track: one, name: 'voice', sid: 'TR_2' });
  return { clock, room, lines, stop, received, republished };
}

test('a track that is published anew and that nobody receives within ten seconds is told of', async () => {
  const { clock, lines, received, republished } = trial();
  received();
  republished();
  received({});
  await clock.advance(9999);
  expect(lines).toEqual([]);
  await clock.advance(1);
  expect(lines).toEqual(['the track "voice" was published anew after a reconnect, and nobody receives it: the agent may not be heard']);
});

test('one that is received again is not, nor one that nobody received before, nor another', async () => {
  const { clock, lines, received, republished } = trial();
  republished();
  received();
  republished();
  received();
  republished({});
  await clock.advance(20_000);
  expect(lines).toEqual([]);
});

test('in a room where nobody else is, but for an agent, nobody needs to receive it', async () => {
  const { clock, room, lines, received, republished } = trial();
  received();
  republished();
  room.remoteParticipants.clear();
  room.remoteParticipants.set('agent-2', { kind: ParticipantKind.AGENT });
  await clock.advance(20_000);
  expect(lines).toEqual([]);
});

test('what is no longer watched leaves no timer and no listener', () => {
  const { clock, room, stop, received, republished } = trial();
  received();
  republished();
  stop();
  expect([clock.pendingTimers, room.eventNames()]).toEqual([0, []]);
});
