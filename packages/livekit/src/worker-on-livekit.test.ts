import { AccessToken, AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { dispose, type RemoteParticipant, Room, RoomEvent } from '@livekit/rtc-node';
import { realClock } from '@parley/core/provider-kit';
import { Worker } from '@parley/core/worker';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../scripts/livekit-server/start-server.mjs';
import { livekitDispatcher } from './dispatch/livekit-dispatcher.js';

describe.skipIf(!hasLiveKitServer())('a worker with processes, on a LiveKit server', () => {
  let server: LiveKitServer;
  let rooms: RoomServiceClient;
  let dispatches: AgentDispatchClient;
  let worker: Worker;
  let running: Promise<unknown>;
  const lines: string[] = [];
  const callers: Room[] = [];

  beforeAll(async () => {
    server = await startLiveKitServer();
    const { url, apiKey, apiSecret } = server;
    rooms = new RoomServiceClient(url.replace('ws:', 'http:'), apiKey, apiSecret);
    dispatches = new AgentDispatchClient(url.replace('ws:', 'http:'), apiKey, apiSecret);
    worker = new Worker({
      agent: new URL('__fixtures__/greeting-agent.ts', import.meta.url),
      dispatcher: livekitDispatcher({ url, apiKey, apiSecret, agentName: 'greeter' }),
      port: null,
      idleProcesses: 1,
      load: () => 0,
      initializeTimeoutMs: 60_000,
      logger: { log: (level, message, fields) => void lines.push(`${level} ${message} ${JSON.stringify(fields)}`) },
    });
    running = worker.run();
    await until(() => lines.some((line) => line.includes('registered')));
  }, 60_000);
  afterAll(async () => {
    for (const caller of callers) await caller.disconnect();
    await worker.close();
    await running;
    await dispose();
    await server.stop();
  }, 60_000);

  /** Of what another process does there is no event here. */
  const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
    while (!(await condition())) await new Promise<void>((resolve) => void realClock.after(20, resolve));
  };
  /** A caller in a room to which an agent was called. */
  const call = async (name: string, metadata: string): Promise<Room> => {
    await rooms.createRoom({ name, departureTimeout: 1 });
    const token = new AccessToken(server.apiKey, server.apiSecret, { identity: 'caller-1' });
    token.addGrant({ roomJoin: true, room: name });
    const caller = new Room();
    callers.push(caller);
    await caller.connect(server.url, await token.toJwt(), { autoSubscribe: true, dynacast: false });
    await dispatches.createDispatch(name, 'greeter', { metadata });
    return caller;
  };
  const greeted = (caller: Room): Promise<RemoteParticipant> =>
    new Promise((resolve) => {
      const look = () => {
        for (const participant of caller.remoteParticipants.values())
          if (participant.attributes['met'] === 'caller-1') resolve(participant);
      };
      caller.on(RoomEvent.ParticipantAttributesChanged, look);
      caller.on(RoomEvent.ParticipantConnected, look);
      look();
    });

  test('a call is taken by a process, and the process is free once the room is gone', { timeout: 60_000 }, async () => {
    const caller = await call('hello', '');
    expect((await greeted(caller)).identity).toMatch(/^agent-AJ_/);
    expect(worker.status.activeJobs).toBe(1);
    await rooms.deleteRoom('hello');
    await until(() => worker.status.activeJobs === 0);
  });

  test(
    'a process that crashes in a call leaves nobody alone: the job is asked for again, and met by another',
    { timeout: 60_000 },
    async () => {
      const caller = await call('crash', 'crash');
      await greeted(caller);
      expect(lines.filter((line) => line.startsWith('error')).join('\n')).toMatch(/7/);
      await rooms.deleteRoom('crash');
      await until(() => worker.status.activeJobs === 0);
    },
  );

  test(
    'a server that is killed and started anew while a call runs has both back: the worker takes the next call, and the first goes on',
    { timeout: 90_000 },
    async () => {
      const caller = await call('restart', '');
      await greeted(caller);
      await server.kill();
      server = await startLiveKitServer({ port: server.port });
      const registrations = () => lines.filter((line) => line.includes('registered at the LiveKit server')).length;
      await until(() => registrations() === 2);
      const next = await call('after', '');
      expect((await greeted(next)).identity).toMatch(/^agent-AJ_/);
      await rooms.deleteRoom('after');
      await until(() => worker.status.activeJobs === 1);
      await until(async () => (await rooms.listParticipants('restart')).length === 2);
      await rooms.deleteRoom('restart');
      await until(() => worker.status.activeJobs === 0);
    },
  );

  test('no token stands in any line of the log', () => {
    expect(lines.join('\n')).not.toMatch(/eyJ[\w-]{8,}/);
  });
});
