import { EventEmitter } from 'node:events';
import { ParticipantKind, RoomEvent } from '@livekit/rtc-node';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { keepOutSecondAgent, type WatchedRoom } from './second-agent.js';

/** A room as its agent sees it, which a test has reconnect and others join. */
class TrialRoom extends EventEmitter implements WatchedRoom {
  readonly remoteParticipants = new Map<string, NonNullable<ReturnType<WatchedRoom['remoteParticipants']['get']>>>();
  localParticipant = { sid: 'PA_1', attributes: { 'lk.agent_name': 'desk' } };

  join(identity: string, { name = 'desk', kind = ParticipantKind.AGENT } = {}): void {
    this.remoteParticipants.set(identity, { identity, kind, attributes: { 'lk.agent_name': name } });
  }

  /** Of both sorts: one that is in the same room still, or comes back under another id, into a room that was made anew. */
  reconnect(sort: 'resumed' | 'made anew', meanwhile = () => {}): void {
    this.emit(RoomEvent.Reconnecting);
    meanwhile();
    if (sort === 'made anew') this.localParticipant = { ...this.localParticipant, sid: `${this.localParticipant.sid}+` };
    this.emit(RoomEvent.Reconnected);
  }
}

function trial({ cannot }: { readonly cannot?: Error } = {}) {
  const clock = new VirtualClock();
  const room = new TrialRoom();
  const removed: string[] = [];
  const lines: string[] = [];
  keepOutSecondAgent(room, {
    clock,
    logger: { log: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`) },
    async remove(identity) {
      removed.push(identity);
      if (cannot !== undefined) throw cannot;
      room.remoteParticipants.delete(identity);
    },
  });
  return { clock, room, removed, lines };
}

test('a second agent of its own name that was dispatched into the room made anew is taken out, and nobody else', async () => {
  const { clock, room, removed, lines } = trial();
  room.join('first-colleague');
  room.reconnect('made anew', () => {
    room.join('second');
    room.join('another-name', { name: 'kitchen' });
    room.join('caller', { kind: ParticipantKind.STANDARD });
  });
  expect(removed).toEqual(['second']);
  await clock.advance(20_000);
  expect(removed).toEqual(['second']);
  expect(lines).toEqual([expect.stringMatching(/^warn .*a second agent dispatched into it: it is taken out \{"identity":"second"\}$/)]);
  clock.assertIdle();
});

test('one that comes up to 15 s later is taken out as well; whoever comes after that was called on purpose', async () => {
  const { clock, room, removed } = trial();
  room.reconnect('made anew');
  await clock.advance(14_000);
  room.join('late');
  await clock.advance(500);
  expect(removed).toEqual(['late']);
  await clock.advance(2000);
  room.join('called');
  await clock.advance(60_000);
  expect(removed).toEqual(['late']);
});

test('in a room that was only resumed nobody is taken out, also who was called meanwhile', async () => {
  const { clock, room, removed } = trial();
  room.reconnect('resumed', () => room.join('called'));
  await clock.advance(20_000);
  expect(removed).toEqual([]);
});

test('the new id may be told a moment after the connection', async () => {
  const { clock, room, removed } = trial();
  room.reconnect('resumed', () => room.join('second'));
  room.localParticipant = { ...room.localParticipant, sid: 'PA_2' };
  await clock.advance(500);
  expect(removed).toEqual(['second']);
});

test('one that cannot be taken out is told of, once, and not tried again', async () => {
  const { clock, room, removed, lines } = trial({ cannot: new Error('the server is away') });
  room.reconnect('made anew', () => room.join('second'));
  await clock.advance(20_000);
  expect(removed).toEqual(['second']);
  expect(lines.filter((line) => line.startsWith('error'))).toEqual([expect.stringContaining('the server is away')]);
});

test('a room that is over is watched no more', async () => {
  const { clock, room, removed } = trial();
  room.reconnect('made anew');
  room.emit(RoomEvent.Disconnected);
  clock.assertIdle();
  room.join('second');
  await clock.advance(20_000);
  expect(removed).toEqual([]);
});
