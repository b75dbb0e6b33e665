import { EventEmitter } from 'node:events';
import { AccessToken, RoomServiceClient } from 'livekit-server-sdk';
import {
  AudioSource,
  LocalAudioTrack,
  Room,
  RoomEvent,
  SimulateScenarioKind,
  TrackKind,
  TrackPublishOptions,
  TrackSource,
} from '@livekit/rtc-node';
import { isAPIError, type JobConnectOptions, type JobRoom, type JobRoomEvent } from '@parley/core/provider';
import { isAbortError, realClock } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../../scripts/livekit-server/start-server.mjs';
import { liveKitRoom } from '../joined-room.js';
import { jobTransport } from './job-transport.js';

const logger = { log() {} };
const options: JobConnectOptions = { autoSubscribe: 'all', clock: realClock, logger, signal: new AbortController().signal };

/** Rooms that rtc-node's one native client tells of its events. */
const listenersOfLibrary = (): number => {
  const client: unknown = Reflect.get(globalThis, '_ffiClientInstance');
  return client instanceof EventEmitter ? client.listenerCount('ffi_event') : 0;
};

test('an assignment of another dispatcher is refused', async () => {
  await expect(jobTransport.connect({ room: 'somewhere' }, options)).rejects.toThrow(/holds url and token/);
});

test('nothing is joined for a signal that has fired', async () => {
  const signal = AbortSignal.abort(new DOMException('over', 'AbortError'));
  const error: unknown = await jobTransport
    .connect({ url: 'ws://127.0.0.1:1', token: 't' }, { ...options, signal })
    .catch((reason: unknown) => reason);
  expect(isAbortError(error)).toBe(true);
});

describe.skipIf(!hasLiveKitServer())('in a room of a LiveKit server', () => {
  let server: LiveKitServer;
  let rooms: RoomServiceClient;
  const owned: AsyncDisposable[] = [];
  let count = 0;
  beforeAll(async () => {
    server = await startLiveKitServer();
    rooms = new RoomServiceClient(server.url.replace('ws:', 'http:'), server.apiKey, server.apiSecret);
  });
  afterEach(async () => {
    for (const one of owned.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await jobTransport.dispose();
    await server.stop();
  });

  const tokenFor = async (room: string, identity: string, kind: 'standard' | 'agent' | 'sip' = 'standard') => {
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity, name: `${identity} by name`, attributes: { of: identity } });
    token.addGrant({ roomJoin: true, room, canUpdateOwnMetadata: true });
    token.kind = kind;
    return token.toJwt();
  };
  const joinAgent = async (room: string, more: Partial<JobConnectOptions> = {}) => {
    const connection = { url: server.url, token: await tokenFor(room, 'agent-1', 'agent') };
    const joined = await jobTransport.connect(connection, { ...options, ...more });
    owned.push(joined);
    return joined;
  };
  const joinCaller = async (name: string, identity = 'caller-1', kind: 'standard' | 'sip' = 'standard') => {
    const room = new Room();
    owned.push({ [Symbol.asyncDispose]: () => room.disconnect() });
    await room.connect(server.url, await tokenFor(name, identity, kind), { autoSubscribe: false, dynacast: false });
    return room;
  };
  const roomName = () => `room-${(count += 1)}`;
  const eventsOf = (room: JobRoom) => {
    const events: JobRoomEvent[] = [];
    const waiting = new Set<() => void>();
    room.onEvent((event) => {
      events.push(event);
      for (const wake of waiting) wake();
    });
    const until = async (type: JobRoomEvent['type']): Promise<JobRoomEvent> => {
      for (;;) {
        const found = events.find((event) => event.type === type);
        if (found !== undefined) return found;
        await new Promise<void>((resolve) => void waiting.add(resolve));
      }
    };
    return { events, until };
  };

  test('who is there, who comes and who goes is told, with kind and attributes', async () => {
    const name = roomName();
    await joinCaller(name, 'first');
    const room = await joinAgent(name);
    expect(room.participants).toEqual([
      { identity: 'first', name: 'first by name', kind: 'standard', attributes: { of: 'first' }, metadata: '' },
    ]);
    const { until } = eventsOf(room);
    const telephone = await joinCaller(name, 'telephone', 'sip');
    // Of those who publish nothing others are told every three seconds only.
    expect(await until('participant-joined')).toMatchObject({ participant: { identity: 'telephone', kind: 'sip' } });
    expect(room.participants.map(({ identity }) => identity)).toEqual(['first', 'telephone']);
    await telephone.disconnect();
    expect(await until('participant-left')).toMatchObject({ participant: { identity: 'telephone' } });
    expect(room.participants.map(({ identity }) => identity)).toEqual(['first']);
  });

  test.each([
    ['resume', SimulateScenarioKind.SIMULATE_SIGNAL_RECONNECT],
    ['full reconnect', SimulateScenarioKind.SIMULATE_FULL_RECONNECT],
  ])('a %s is told when it begins and when it is over; the room goes on', async (_name, scenario) => {
    const room = await joinAgent(roomName());
    const { events, until } = eventsOf(room);
    const states: string[] = [];
    room.onEvent(() => states.push(room.state));
    await liveKitRoom(room).simulateScenario(scenario);
    await until('reconnected');
    expect(events).toEqual([{ type: 'reconnecting' }, { type: 'reconnected' }]);
    expect(states).toEqual(['reconnecting', 'connected']);
  });

  test('what is sent and what is received have a connection each, so that no answer to the one holds up the other', async () => {
    const stats = await liveKitRoom(await joinAgent(roomName())).getRtcStats();
    expect(stats.subscriberStats).not.toEqual([]);
  });

  test('leaving is told once, and twice is harmless; a listener that throws or has stopped harms nobody', async () => {
    const lines: string[] = [];
    const room = await joinAgent(roomName(), { logger: { log: (_level, message) => void lines.push(message) } });
    room.onEvent(() => {
      throw new Error('not today');
    });
    const { events } = eventsOf(room);
    const stopped = eventsOf(room);
    room.onEvent(() => {})();
    await room[Symbol.asyncDispose]();
    await room[Symbol.asyncDispose]();
    expect(events).toEqual([{ type: 'disconnected', reason: 'CLIENT_INITIATED' }]);
    expect(stopped.events).toHaveLength(1);
    expect(room.state).toBe('disconnected');
    expect(lines).toEqual(['a listener of the room threw at disconnected']);
  });

  test('a room that the server ended is let go of: the library holds no listener of it', async () => {
    const name = roomName();
    const room = await joinAgent(name);
    expect(listenersOfLibrary()).toBe(1);
    const { until } = eventsOf(room);
    await rooms.deleteRoom(name);
    expect(await until('disconnected')).toEqual({ type: 'disconnected', reason: 'ROOM_DELETED' });
    await room[Symbol.asyncDispose]();
    expect(listenersOfLibrary()).toBe(0);
  });

  test('an agent whose library cannot leave is taken out by the server, where the connection grants it', async () => {
    const name = roomName();
    const admin = new AccessToken(server.apiKey, server.apiSecret);
    admin.addGrant({ roomAdmin: true, room: name });
    const token = await tokenFor(name, 'agent-1', 'agent');
    const connection = { url: server.url, token, admin: { apiUrl: server.url.replace('ws:', 'http:'), token: await admin.toJwt() } };
    const clock = new VirtualClock();
    const room = await jobTransport.connect(connection, { ...options, clock });
    liveKitRoom(room).disconnect = () => new Promise(() => {});
    const leaving = room[Symbol.asyncDispose]();
    await clock.advance(5000);
    await leaving;
    expect([room.state, listenersOfLibrary()]).toEqual(['disconnected', 0]);
    while ((await rooms.listParticipants(name)).length > 0) await new Promise<void>((resolve) => void realClock.after(20, resolve));
  });

  test('only audio is received where only audio is asked for', async () => {
    const name = roomName();
    const caller = await joinCaller(name);
    const publish = async () => {
      const track = LocalAudioTrack.createAudioTrack('voice', new AudioSource(48_000, 1));
      await caller.localParticipant?.publishTrack(track, new TrackPublishOptions({ source: TrackSource.SOURCE_MICROPHONE }));
    };
    await publish();
    const room = await joinAgent(name, { autoSubscribe: 'audio' });
    const inner = liveKitRoom(room);
    const subscribed: (TrackKind | undefined)[] = [];
    const both = new Promise<void>((resolve) => {
      inner.on(RoomEvent.TrackSubscribed, (track) => {
        subscribed.push(track.kind);
        if (subscribed.length === 2) resolve();
      });
    });
    await publish();
    await both;
    expect(subscribed).toEqual([TrackKind.KIND_AUDIO, TrackKind.KIND_AUDIO]);
  });

  test('a join that is refused fails typed, and its message holds no token', async () => {
    const token = await new AccessToken(server.apiKey, 'another-secret-of-a-server-on-loopback', { identity: 'x' }).toJwt();
    const error: unknown = await jobTransport.connect({ url: server.url, token }, options).catch((reason: unknown) => reason);
    expect(isAPIError(error) && error.kind).toBe('connection');
    expect(String(error)).toMatch(/the room could not be joined/);
    expect(String(error)).not.toContain(token);
    expect(String(error)).not.toMatch(/eyJ/);
  });

  test('a join that is called off rejects at once, and what it had joined meanwhile is left', async () => {
    const name = roomName();
    await rooms.createRoom({ name });
    const stop = new AbortController();
    const connection = { url: server.url, token: await tokenFor(name, 'agent-1', 'agent') };
    const joining = jobTransport.connect(connection, { ...options, signal: stop.signal });
    stop.abort();
    const error: unknown = await joining.catch((reason: unknown) => reason);
    expect(isAbortError(error)).toBe(true);
    while (listenersOfLibrary() > 0) await new Promise<void>((resolve) => void realClock.after(20, resolve));
    expect(await rooms.listParticipants(name)).toEqual([]);
  });
});
