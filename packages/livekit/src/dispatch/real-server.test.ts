import { AccessToken, AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { Room } from '@livekit/rtc-node';
import { isAPIError, type JobAssignment, type JobRoom, type JobRoomEvent } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../../scripts/livekit-server/start-server.mjs';
import { jobTransport } from '../transport/job-transport.js';
import { WorkerTrial } from './__fixtures__/worker-trial.js';
import type { LiveKitDispatcherOptions } from './dispatcher-options.js';
import { readAccount } from './server-account.js';
import { ServerApi } from './server-api.js';

describe.skipIf(!hasLiveKitServer())('on a LiveKit server', () => {
  let server: LiveKitServer;
  let rooms: RoomServiceClient;
  let dispatches: AgentDispatchClient;
  const owned: AsyncDisposable[] = [];
  let count = 0;
  const roomName = () => `room-${(count += 1)}`;

  beforeAll(async () => {
    server = await startLiveKitServer();
    const { url, apiKey, apiSecret } = server;
    rooms = new RoomServiceClient(url.replace('ws:', 'http:'), apiKey, apiSecret);
    dispatches = new AgentDispatchClient(url.replace('ws:', 'http:'), apiKey, apiSecret);
  });
  afterEach(async () => {
    for (const one of owned.splice(0).toReversed()) await one[Symbol.asyncDispose]();
  });
  afterAll(async () => {
    await jobTransport.dispose();
    await server.stop();
  });

  const own = <Owned extends AsyncDisposable>(one: Owned): Owned => {
    owned.push(one);
    return one;
  };
  const startWorker = async (options: LiveKitDispatcherOptions = {}) => {
    const { url, apiKey, apiSecret } = server;
    const trial = own(new WorkerTrial(realClock, { url, apiKey, apiSecret, ...options }));
    await trial.next('registered');
    return trial;
  };
  const join = async ({ connection }: JobAssignment): Promise<JobRoom> =>
    own(
      await jobTransport.connect(connection, {
        autoSubscribe: 'all',
        clock: realClock,
        logger: { log() {} },
        signal: new AbortController().signal,
      }),
    );
  const eventOf = (room: JobRoom, type: JobRoomEvent['type']): Promise<JobRoomEvent> =>
    new Promise((resolve) => {
      const stop = room.onEvent((event) => {
        if (event.type !== type) return;
        stop();
        resolve(event);
      });
    });

  test('a new room is offered by itself to a worker without a name; the agent joins it as it was accepted', async () => {
    const trial = await startWorker();
    const name = roomName();
    await rooms.createRoom({ name });
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ type: 'room', agentName: '', metadata: '', roomName: name });
    const assignment = await offer.accept({ identity: '', name: 'Ada', attributes: { table: '2' } });
    const room = await join(assignment);
    assignment.report('running');
    expect([room.name, room.localIdentity, room.state]).toEqual([name, `agent-${offer.job.id}`, 'connected']);
    const [agent] = await rooms.listParticipants(name);
    expect(agent).toMatchObject({ identity: `agent-${offer.job.id}`, name: 'Ada', kind: 4 });
    expect(agent?.attributes['table']).toBe('2');
  });

  test('a room that is opened for the agents that take any is offered to them, with its metadata; one that is opened for nobody is not', async () => {
    const trial = await startWorker();
    const api = new ServerApi(readAccount(server), realClock);
    await api.openRoom(roomName());
    const name = roomName();
    await api.openRoom(name, { agentName: '', metadata: 'table 2' });
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ agentName: '', metadata: 'table 2', roomName: name });
    offer.reject({ final: true });
  });

  test('a named worker is offered what names it, with its metadata, and nothing else', async () => {
    const trial = await startWorker({ agentName: 'front-desk' });
    await rooms.createRoom({ name: roomName() });
    const name = roomName();
    await rooms.createRoom({ name });
    await dispatches.createDispatch(name, 'front-desk', { metadata: '{"table":2}' });
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ agentName: 'front-desk', metadata: '{"table":2}', roomName: name });
    const room = await join(await offer.accept({ identity: 'agent-1' }));
    expect((await rooms.listParticipants(name)).find(({ identity }) => identity === 'agent-1')?.attributes['lk.agent.name']).toBe(
      'front-desk',
    );
    await room[Symbol.asyncDispose]();
  });

  test('what one worker rejects is offered to the next at once, and a final no to nobody', async () => {
    const trials = [await startWorker({ agentName: 'picky' }), await startWorker({ agentName: 'picky' })];
    const name = roomName();
    await rooms.createRoom({ name, agents: [] });
    await dispatches.createDispatch(name, 'picky');
    const offers = trials.map((trial, index) => trial.next('offer').then((offer) => ({ offer, index })));
    const first = await Promise.race(offers);
    first.offer.reject();
    const second = await offers[1 - first.index];
    expect(second?.offer.job.id).toBe(first.offer.job.id);
    second?.offer.reject({ final: true });
    await dispatches.createDispatch(name, 'picky', { metadata: 'next' });
    const third = await Promise.race(trials.map((trial) => trial.next('offer')));
    expect(third.job.metadata).toBe('next');
    third.reject({ final: true });
  });

  test('the job’s room can be ended for all, which tells the agent why; again is no failure', async () => {
    const trial = await startWorker({ agentName: 'ended' });
    const name = roomName();
    await rooms.createRoom({ name });
    const booked = await bookedDispatch(trial, name, 'ended');
    const room = await join(booked);
    const ended = eventOf(room, 'disconnected');
    await booked.endRoom();
    expect(await ended).toEqual({ type: 'disconnected', reason: 'ROOM_DELETED' });
    expect(room.state).toBe('disconnected');
    await booked.endRoom();
  });

  test('a job that is taken back is told to the worker, once the server has booked it', async () => {
    const trial = await startWorker({ agentName: 'taken-back' });
    const name = roomName();
    await rooms.createRoom({ name });
    const assignment = await bookedDispatch(trial, name, 'taken-back');
    const room = await join(assignment);
    const ended = eventOf(room, 'disconnected');
    const dispatch = await booked(name, assignment.job.id);
    await dispatches.deleteDispatch(dispatch, name);
    expect(await trial.next('terminate')).toEqual({ type: 'terminate', jobId: assignment.job.id });
    // It has three seconds to leave by itself.
    expect(await ended).toEqual({ type: 'disconnected', reason: 'PARTICIPANT_REMOVED' });
  });

  /** The id of the dispatch, once the server lists its job: it may look round for workers for five seconds first. */
  const booked = async (name: string, jobId: string): Promise<string> => {
    for (;;) {
      const listed = await dispatches.listDispatch(name);
      const found = listed.find(({ state }) => state?.jobs.some(({ id }) => id === jobId));
      if (found !== undefined) return found.id;
      await new Promise<void>((resolve) => void realClock.after(100, resolve));
    }
  };

  /** A dispatch whose job was accepted. */
  const bookedDispatch = async (trial: WorkerTrial<typeof realClock>, name: string, agentName: string): Promise<JobAssignment> => {
    await dispatches.createDispatch(name, agentName, { metadata: 'table 2' });
    const offer = await trial.next('offer');
    return offer.accept({ identity: '' });
  };

  test('a job is asked for once more: offered anew, as one that was asked for again, with its metadata as it was', async () => {
    const trial = await startWorker({ agentName: 'again' });
    const name = roomName();
    await rooms.createRoom({ name });
    const first = await bookedDispatch(trial, name, 'again');
    first.report('failed', 'it broke');
    await first.redispatch();
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ roomName: name, agentName: 'again', metadata: 'table 2', redispatched: true });
    expect(offer.job.id).not.toBe(first.job.id);
    offer.reject({ final: true });
  });

  test('so is one of a worker without a name', async () => {
    const trial = await startWorker();
    const name = roomName();
    await rooms.createRoom({ name });
    const first = await (await trial.next('offer')).accept({ identity: '' });
    await first.redispatch();
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ roomName: name, agentName: '', metadata: '', redispatched: true });
    offer.reject({ final: true });
  });

  test('jobs for each participant tell which one, and cannot be asked for again', async () => {
    const trial = await startWorker({ type: 'participant' });
    const name = roomName();
    const { url, apiKey, apiSecret } = server;
    const token = new AccessToken(apiKey, apiSecret, { identity: 'caller-1' });
    token.addGrant({ roomJoin: true, room: name });
    const caller = new Room();
    own({ [Symbol.asyncDispose]: () => caller.disconnect() });
    await caller.connect(url, await token.toJwt(), { autoSubscribe: false, dynacast: false });
    const offer = await trial.next('offer');
    expect(offer.job).toMatchObject({ type: 'participant', roomName: name, participantIdentity: 'caller-1' });
    const assignment = await offer.accept({ identity: '' });
    await expect(assignment.redispatch()).rejects.toMatchObject({ kind: 'unsupported' });
  });

  test('a wrong key, a wrong secret and a URL that leads elsewhere fail with what to look at, and without the token', async () => {
    const { url, apiKey, apiSecret } = server;
    const wrongs = { secret: { apiKey, apiSecret: 'a-wrong-secret-of-a-server-on-loopback' }, key: { apiKey: 'a-wrong-key', apiSecret } };
    for (const account of Object.values(wrongs)) {
      const wrong = own(new WorkerTrial(realClock, { url, ...account }));
      const error: unknown = await wrong.event().catch((reason: unknown) => reason);
      expect(isAPIError(error) && [error.kind, error.status]).toEqual(['authentication', 401]);
      expect(String(error)).toMatch(/check LIVEKIT_API_KEY and LIVEKIT_API_SECRET$/);
      const told = `${String(error)} ${JSON.stringify(wrong.log)}`;
      for (const secret of [/eyJ/, account.apiKey, account.apiSecret]) expect(told).not.toMatch(secret);
    }
    const elsewhere = own(new WorkerTrial(realClock, { url: `${url}/elsewhere`, apiKey, apiSecret, maxRetry: 1 }));
    await expect(elsewhere.event()).rejects.toThrow(/status 404; it was tried once; check LIVEKIT_URL/);
  });

  test('a server that is killed and started anew finds the worker again, and has its jobs done', async () => {
    const first = await startLiveKitServer();
    const trial = own(new WorkerTrial(realClock, { url: first.url, apiKey: first.apiKey, apiSecret: first.apiSecret, random: () => 0 }));
    await trial.next('registered');
    await first.kill();
    await trial.next('disconnected');
    await using second = await startLiveKitServer({ port: first.port });
    let event = await trial.event();
    while (event?.type === 'disconnected') event = await trial.event();
    expect(event?.type).toBe('registered');
    const client = new RoomServiceClient(second.url.replace('ws:', 'http:'), second.apiKey, second.apiSecret);
    await client.createRoom({ name: 'after' });
    expect((await trial.next('offer')).job.roomName).toBe('after');
    await trial[Symbol.asyncDispose]();
  });
});
