import { JobStatus, WorkerStatus } from '@livekit/protocol';
import { isAPIError } from '@parley/core/provider';
import { isAbortError } from '@parley/core/provider-kit';
import { VirtualClock } from '@parley/core/testing';
import { defineAgent, Worker } from '@parley/core/worker';
import { expect, test } from 'vitest';
import type { LiveKitDispatcherOptions } from './dispatcher-options.js';
import { livekitDispatcher } from './livekit-dispatcher.js';
import { assignedToken, bearerToken, type FromServer, StandInServer } from './__fixtures__/stand-in-server.js';
import { WorkerTrial } from './__fixtures__/worker-trial.js';

const offerOf = (id: string): FromServer => ({
  case: 'availability',
  value: { job: { id, room: { name: 'table-2', turnPassword: 'turn-password-of-nobody' }, metadata: '' } },
});
const assignmentOf = (jobId: string): FromServer => ({ case: 'assignment', value: { job: { id: jobId }, token: assignedToken } });
const kindOf = async (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'fulfilled',
    (error: unknown) => (isAPIError(error) ? error.kind : isAbortError(error) ? 'aborted' : String(error)),
  );

/** On a clock that stands still until the test moves it. */
const virtualTrial = (options: LiveKitDispatcherOptions) => new WorkerTrial(new VirtualClock(), options);

async function registered(): Promise<{ server: StandInServer; trial: ReturnType<typeof virtualTrial> } & AsyncDisposable> {
  const server = await StandInServer.start();
  const trial = virtualTrial({ url: server.url });
  await trial.next('registered');
  return {
    server,
    trial,
    async [Symbol.asyncDispose]() {
      await trial[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

test('a job is joined at the worker’s own server, or where the assignment says, by a module that is there', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.script = (message, connection) => {
    if (message.case !== 'availability') return;
    const { jobId } = message.value;
    connection.send({
      case: 'assignment',
      value: { job: { id: jobId }, token: assignedToken, ...(jobId === 'AJ_2' ? { url: 'wss://other.example' } : {}) },
    });
  };
  server.connection.send(offerOf('AJ_1'));
  const first = await (await trial.next('offer')).accept({ identity: 'agent-1' });
  expect(first.connection).toMatchObject({ url: server.url, token: assignedToken });
  expect(first.transport).toMatch(/^file:.*transport\/index\.ts$/);
  server.connection.send(offerOf('AJ_2'));
  const second = await (await trial.next('offer')).accept({ identity: 'agent-2' });
  expect(second.connection['url']).toBe('wss://other.example');
});

test('an identity that is empty becomes one of the job’s own, and the name that clients read is told', async () => {
  await using server = await StandInServer.start();
  await using trial = virtualTrial({ url: server.url, agentName: 'front-desk' });
  await trial.next('registered');
  server.connection.send(offerOf('AJ_1'));
  await (await trial.next('offer')).accept({ identity: ' ', attributes: { table: '2' } });
  expect(server.said.availability).toMatchObject([
    { participantIdentity: 'agent-AJ_1', participantAttributes: { 'lk.agent.name': 'front-desk', table: '2' } },
  ]);
});

test('permissions that are not given are granted, and none are sent where none are given', async () => {
  await using server = await StandInServer.start();
  await using all = virtualTrial({ url: server.url });
  await all.next('registered');
  await using some = virtualTrial({ url: server.url, type: 'publisher', permissions: { hidden: true, canPublishData: false } });
  await some.next('registered');
  const [first, second] = server.said.register;
  expect(first?.allowedPermissions).toBeUndefined();
  expect(second).toMatchObject({
    type: 1,
    allowedPermissions: { canPublish: true, canSubscribe: true, canUpdateMetadata: true, canPublishData: false, hidden: true },
  });
});

test('an assignment that comes after the wait for it is over is told to have failed, and joins nothing', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.script = () => {};
  server.connection.send(offerOf('AJ_1'));
  const accepting = kindOf((await trial.next('offer')).accept({ identity: 'agent-1' }));
  await server.until(() => server.said.availability.length === 1);
  await trial.clock.advance(7500);
  expect(await accepting).toBe('timeout');
  server.connection.send(assignmentOf('AJ_1'));
  await server.until(() => server.said.updateJob.length === 1);
  expect(server.said.updateJob).toMatchObject([{ jobId: 'AJ_1', status: JobStatus.JS_FAILED, error: 'the assignment came too late' }]);
});

test('a job that is offered twice is told once, whether it is open, accepted or runs', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.connection.send(offerOf('AJ_1'));
  server.connection.send(offerOf('AJ_1'));
  const assignment = await (await trial.next('offer')).accept({ identity: 'agent-1' });
  server.connection.send(offerOf('AJ_1'));
  server.connection.send(assignmentOf('AJ_1'));
  server.connection.send(offerOf('AJ_2'));
  expect((await trial.next('offer')).job.id).toBe('AJ_2');
  expect(server.said.availability).toHaveLength(1);
  assignment.report('succeeded');
  await server.until(() => server.said.updateJob.length === 1);
  // It is over, so that it may be offered anew.
  server.connection.send(offerOf('AJ_1'));
  expect((await trial.next('offer')).job.id).toBe('AJ_1');
  expect(server.said.updateJob).toMatchObject([{ jobId: 'AJ_1', status: JobStatus.JS_SUCCESS }]);
});

test('a job that the server takes back before it is assigned is not waited for', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.script = (message, connection) => {
    if (message.case === 'availability') connection.send({ case: 'termination', value: { jobId: message.value.jobId } });
  };
  server.connection.send(offerOf('AJ_1'));
  expect(await kindOf((await trial.next('offer')).accept({ identity: 'agent-1' }))).toBe('expired');
  expect(await trial.next('terminate')).toEqual({ type: 'terminate', jobId: 'AJ_1' });
});

test('an offer that was taken back is accepted no more', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.connection.send(offerOf('AJ_1'));
  const offer = await trial.next('offer');
  server.connection.send({ case: 'termination', value: { jobId: 'AJ_1' } });
  await trial.next('terminate');
  expect(await kindOf(offer.accept({ identity: 'agent-1' }))).toBe('expired');
  expect(server.said.availability).toEqual([]);
});

test('a server of which nothing is heard is left after 25 s; its pings and its messages are signs of life', async () => {
  await using it = await registered();
  const { server, trial } = it;
  await trial.clock.advance(24_000);
  server.connection.send({ case: 'pong', value: {} });
  server.connection.send(offerOf('AJ_1'));
  // Once it is here, so is what came before it.
  await trial.next('offer');
  await trial.clock.advance(24_000);
  server.connection.ping();
  server.connection.send(offerOf('AJ_2'));
  await trial.next('offer');
  await trial.clock.advance(24_000);
  expect(server.open).toBe(1);
  await trial.clock.advance(1000);
  expect(await trial.next('disconnected')).toMatchObject({
    retryInMs: 1000,
    reason: expect.stringContaining('nothing was heard of the server for 25000 ms'),
  });
  await trial.clock.advance(1000);
  await trial.next('registered');
});

test('a registration that is not answered is given up after 10 s', async () => {
  await using server = await StandInServer.start();
  server.script = () => {};
  await using trial = virtualTrial({ url: server.url, maxRetry: 1 });
  const event = trial.event();
  await server.until(() => server.said.register.length === 1);
  const failure = kindOf(event);
  await trial.clock.advance(10_000);
  expect(await failure).toBe('timeout');
});

test('a server that accepts and drops is come back to ever more slowly, and given up after as many attempts as were allowed', async () => {
  await using server = await StandInServer.start();
  server.script = (_message, connection) => connection.drop();
  await using trial = virtualTrial({ url: server.url, maxRetry: 4 });
  for (const retryInMs of [1000, 2000, 4000]) {
    expect(await trial.next('disconnected')).toMatchObject({ retryInMs });
    await trial.clock.advance(retryInMs);
  }
  await expect(trial.event()).rejects.toThrow(/could not register at ws:\/\/127\.0\.0\.1:\d+: .*; it was tried 4 times; check LIVEKIT_URL/);
  expect(await trial.event()).toBeUndefined();
  expect(server.connections).toHaveLength(4);
});

test('a lost connection is one line of the worker’s log: why, what becomes of the calls, and when it is tried again', async () => {
  await using server = await StandInServer.start();
  const warnings: unknown[] = [];
  const registrations = { count: 0 };
  const worker = new Worker({
    agent: defineAgent({ entry: () => {} }),
    dispatcher: livekitDispatcher({ url: server.url, apiKey: 'key', apiSecret: 'secret', random: () => 0 }),
    isolation: 'inline',
    port: null,
    load: () => 0,
    logger: {
      log(level, message, fields) {
        if (message === 'the worker is registered') registrations.count += 1;
        if (level !== 'info') warnings.push([level, message, fields]);
      },
    },
  });
  const running = worker.run();
  await server.until(() => registrations.count === 1);
  server.connection.drop();
  await server.until(() => registrations.count === 2);
  await worker.close();
  await running;
  expect(warnings).toEqual([
    [
      'warn',
      expect.stringMatching(/^the server is not reached; running calls go on, and it is tried again in \d+ ms$/),
      { reason: expect.stringContaining('closed with code 1006') },
    ],
  ]);
});

test('a worker that was registered never gives up, and after a registration begins again with short waits', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.handshake = { status: 503, body: '' };
  server.connection.drop();
  for (const retryInMs of [1000, 2000, 4000, 8000, 10_000, 10_000]) {
    expect(await trial.next('disconnected')).toMatchObject({ retryInMs });
    if (server.connections.length === 6) server.handshake = 'open';
    await trial.clock.advance(retryInMs);
  }
  await trial.next('registered');
  server.connection.drop();
  expect(await trial.next('disconnected')).toMatchObject({ retryInMs: 1000 });
});

test('after a new registration the server hears which jobs run on, and what has become of those that ended meanwhile', async () => {
  await using it = await registered();
  const { server, trial } = it;
  const assignments = [];
  for (const id of ['AJ_1', 'AJ_2', 'AJ_3']) {
    server.connection.send(offerOf(id));
    assignments.push(await (await trial.next('offer')).accept({ identity: id }));
  }
  assignments[2]?.report('succeeded');
  await server.until(() => server.said.updateJob.length === 1);
  server.connection.drop();
  await trial.next('disconnected');
  assignments[0]?.report('running');
  assignments[0]?.report('failed', 'it broke');
  assignments[0]?.report('succeeded');
  await trial.clock.advance(1000);
  await trial.next('registered');
  await server.until(() => server.said.updateWorker.length > 1 && server.said.updateJob.length === 2);
  expect(server.said.migrateJob).toMatchObject([{ jobIds: ['AJ_1', 'AJ_2'] }]);
  expect(server.said.updateJob).toMatchObject([
    { jobId: 'AJ_3', status: JobStatus.JS_SUCCESS },
    { jobId: 'AJ_1', status: JobStatus.JS_FAILED, error: 'it broke' },
  ]);
  expect(server.heard.slice(-4)).toEqual(['register', 'migrateJob', 'updateJob', 'updateWorker']);
});

test('the load is told every 2.5 s, never as 1, and a worker that takes jobs is never told to be full', async () => {
  await using it = await registered();
  const { server, trial } = it;
  const told = async (load: typeof trial.load) => {
    const count = server.said.updateWorker.length;
    trial.load = load;
    await trial.clock.advance(2500);
    await server.until(() => server.said.updateWorker.length > count);
    const last = server.said.updateWorker.at(-1);
    return { status: last?.status, load: Number(last?.load.toFixed(3)), jobs: last?.jobCount };
  };
  await server.until(() => server.said.updateWorker.length === 1);
  expect(await told({ load: 1, accepting: true, jobs: 3 })).toEqual({ status: 0, load: 0.69, jobs: 3 });
  expect(await told({ load: 1.7, accepting: false, jobs: 4 })).toEqual({ status: 1, load: 0.99, jobs: 4 });
  expect(await told({ load: Number.NaN, accepting: true, jobs: 0 })).toEqual({ status: 0, load: 0, jobs: 0 });
});

test('what changes with an event or an answer is told at once', async () => {
  await using server = await StandInServer.start();
  await using trial = virtualTrial({ url: server.url });
  // As a worker that takes nothing before it knows that it is registered.
  trial.load = { load: 0.25, accepting: false, jobs: 0 };
  await trial.next('registered');
  trial.load = { load: 0.25, accepting: true, jobs: 0 };
  const next = trial.next('offer');
  await server.until(() => server.said.updateWorker.length === 2);
  server.connection.send(offerOf('AJ_1'));
  const offer = await next;
  trial.load = { load: 0.5, accepting: false, jobs: 1 };
  const assignment = await offer.accept({ identity: 'agent-1' });
  await server.until(() => server.said.updateWorker.length === 3);
  trial.load = { load: 0.25, accepting: true, jobs: 0 };
  assignment.report('succeeded');
  await server.until(() => server.said.updateWorker.length === 4);
  const told = server.said.updateWorker.map(({ status, jobCount }) => ({ status, jobCount }));
  expect(told).toEqual([
    { status: WorkerStatus.WS_FULL, jobCount: 0 },
    { status: WorkerStatus.WS_AVAILABLE, jobCount: 0 },
    { status: WorkerStatus.WS_FULL, jobCount: 1 },
    { status: WorkerStatus.WS_AVAILABLE, jobCount: 0 },
  ]);
});

test('a worker that takes no more jobs, as one that drains, is told to be full within 250 ms', async () => {
  await using it = await registered();
  const { server, trial } = it;
  trial.load = { load: 0, accepting: true, jobs: 1 };
  await trial.clock.advance(2500);
  trial.load = { load: 0, accepting: false, jobs: 1 };
  const count = server.said.updateWorker.length;
  await trial.clock.advance(250);
  await server.until(() => server.said.updateWorker.length > count);
  expect(server.said.updateWorker.at(-1)?.status).toBe(WorkerStatus.WS_FULL);
});

test('a load function that throws costs neither the registration nor the offers', async () => {
  await using it = await registered();
  const { server, trial } = it;
  Object.defineProperty(trial, 'load', {
    get() {
      throw new Error('no load today');
    },
  });
  await trial.clock.advance(2500);
  expect(trial.log.at(-1)).toMatchObject({ level: 'error', fields: { error: 'Error: no load today' } });
  server.connection.send(offerOf('AJ_1'));
  await trial.next('offer');
});

test('a wrong secret is told at once, with what to look at; the token that the server’s answer repeats stands nowhere', async () => {
  await using server = await StandInServer.start();
  // As livekit-server 1.9.12 does.
  server.handshake = { status: 401, body: 'invalid token: {token}, error: go-jose/go-jose: error in cryptographic primitive' };
  const trial = virtualTrial({ url: server.url });
  const failing = trial.event().catch((error: unknown) => error);
  const error = await failing;
  const token = bearerToken(server.connection.request);
  expect(String(error)).toMatch(/could not register at .*status 401; check LIVEKIT_API_KEY and LIVEKIT_API_SECRET/);
  expect(isAPIError(error) && error.kind).toBe('authentication');
  await trial[Symbol.asyncDispose]();
  const all = JSON.stringify([trial.log, String(error), isAPIError(error) ? [error.stack, error.cause] : []]);
  expect(token).toMatch(/^eyJ/);
  for (const secret of [token, 'secret-of-nobody-9f31c2']) expect(all).not.toContain(secret);
});

test('neither a token nor the password of a room stands in any event or line of the log', async () => {
  await using it = await registered();
  const { server, trial } = it;
  server.connection.send(offerOf('AJ_1'));
  const offer = await trial.next('offer');
  const assignment = await offer.accept({ identity: 'agent-1' });
  server.connection.close(1008, `bad token ${assignedToken} for secret-of-nobody-9f31c2`);
  const lost = await trial.next('disconnected');
  const all = JSON.stringify([offer, lost, trial.log, assignment.job]);
  for (const secret of [assignedToken, 'turn-password-of-nobody', 'secret-of-nobody-9f31c2']) expect(all).not.toContain(secret);
});

test('after a run has ended nothing more is sent, and the server has seen the worker hang up', async () => {
  const it = await registered();
  const { server, trial } = it;
  server.connection.send(offerOf('AJ_1'));
  const assignment = await (await trial.next('offer')).accept({ identity: 'agent-1' });
  assignment.report('succeeded');
  trial.stop();
  await trial.dispatcher[Symbol.asyncDispose]();
  await server.until(() => server.open === 0);
  // What was said before the end has arrived.
  expect(server.said.updateJob).toMatchObject([{ jobId: 'AJ_1', status: JobStatus.JS_SUCCESS }]);
  expect(trial.clock.pendingTimers).toBe(0);
  await it[Symbol.asyncDispose]();
});

/** `register` and its answer, the load, an offer, its acceptance, the assignment, that it runs, that it is over. */
const exchanged = 8;

test.each(Array.from({ length: exchanged + 1 }, (_, count) => count))(
  'a connection that is dropped after %i messages is made anew, and the next job is taken',
  async (count) => {
    await using server = await StandInServer.start();
    server.dropNextAfter(count);
    await using trial = virtualTrial({ url: server.url });
    const work = async () => {
      for (let event = await trial.event(); event !== undefined; event = await trial.event()) {
        if (event.type === 'disconnected') await trial.clock.advance(event.retryInMs);
        if (event.type === 'registered') server.connection.send(offerOf(`AJ_${server.connections.length}`));
        if (event.type !== 'offer') continue;
        const assignment = await event.accept({ identity: 'agent-1' }).catch(() => undefined);
        assignment?.report('running');
        assignment?.report('succeeded');
      }
    };
    const working = work();
    await server.until(() => server.said.updateJob.some(({ jobId, status }) => jobId === 'AJ_2' && status === JobStatus.JS_SUCCESS));
    expect(server.connections).toHaveLength(2);
    trial.stop();
    await working;
  },
);
