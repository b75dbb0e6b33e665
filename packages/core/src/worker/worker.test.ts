import { expect, test } from 'vitest';
import { APIConnectionError } from '../provider/api-error.js';
import { createScriptedDispatcher } from '../testing/scripted-dispatcher.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { runInline, transportUrl } from './__fixtures__/inline-worker.js';
import { collectLog } from './__fixtures__/collected-log.js';
import { scripted } from './__fixtures__/scripted-transport.js';
import { defineAgent } from './define-agent.js';
import type { JobContext } from './job-context.js';
import type { AcceptAs } from './job-request.js';
import { Worker } from './worker.js';

const talk = async (context: JobContext): Promise<void> => void (await context.connect());
const until = (atMs: number) => scripted({ script: [{ atMs, type: 'disconnected' }] });

test('a slot is reserved when an offer is accepted and freed when its job ends, so that bursts are never over-accepted', async () => {
  await using one = await runInline(talk, { maxJobs: 3 });
  const { clock, dispatcher, worker } = one;
  const offers = Array.from({ length: 8 }, (_, index) =>
    dispatcher.offer({ id: `j${index}` }, { connection: until(1000), assignAfterMs: 100 }),
  );
  const answers = await clock.runUntil(Promise.all(offers));
  expect(answers.map(({ type }) => type)).toEqual([...Array<string>(3).fill('accepted'), ...Array<string>(5).fill('rejected')]);
  expect(dispatcher.load).toEqual({ load: 0, accepting: false, jobs: 3 });
  expect(worker.status.refusal).toBe('all slots are taken');
  await clock.runUntil(dispatcher.reported('j2', 'succeeded'));
  expect(dispatcher.load).toEqual({ load: 0, accepting: true, jobs: 0 });
  expect((await clock.runUntil(dispatcher.offer({ id: 'j9' }))).type).toBe('accepted');
});

test('from the load threshold on no job is taken; the load told is the one given', async () => {
  let load = 0.69;
  await using one = await runInline(talk, { load: () => load });
  const { clock, dispatcher } = one;
  expect((await clock.runUntil(dispatcher.offer({ id: 'j1' }))).type).toBe('accepted');
  load = 0.7;
  expect(dispatcher.load).toEqual({ load: 0.7, accepting: false, jobs: 1 });
  expect((await clock.runUntil(dispatcher.offer({ id: 'j2' }))).type).toBe('rejected');
});

test('a function "load" that throws, or gives no share, is told of once, and the worker goes on', async () => {
  await using one = await runInline(talk, { load: () => Number.NaN });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }));
  expect(one.dispatcher.load?.accepting).toBe(true);
  expect(one.log.lines.filter(({ message }) => message.includes('option "load"'))).toHaveLength(1);
});

test('an offer that is here already is declined, and the job that runs is left alone', async () => {
  await using one = await runInline(talk);
  const { clock, dispatcher, worker } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }, { connection: until(1000) }));
  expect((await clock.runUntil(dispatcher.offer({ id: 'j1' }))).type).toBe('rejected');
  expect(worker.status.activeJobs).toBe(1);
  await clock.runUntil(dispatcher.reported('j1', 'succeeded'));
});

test('the application accepts as whom it wants, and rejects for all or for this worker', async () => {
  await using one = await runInline(talk, {
    request(request) {
      if (request.job.id === 'j1') request.accept({ identity: 'anna', name: 'Anna', metadata: '{}', attributes: { table: '7' } });
      else request.reject({ final: request.job.id === 'j2' });
    },
  });
  const answers = await one.clock.runUntil(Promise.all(['j1', 'j2', 'j3'].map((id) => one.dispatcher.offer({ id }))));
  expect(answers).toEqual([
    { type: 'accepted', as: { identity: 'anna', name: 'Anna', metadata: '{}', attributes: { table: '7' } } },
    { type: 'rejected', final: true },
    { type: 'rejected', final: false },
  ]);
});

test.for([
  ['throws', () => Promise.reject(new Error('no database')), 'the option "request" failed', 0],
  ['returns without an answer', () => {}, 'returned without calling accept or reject', 0],
  ['never answers', () => new Promise(() => {}), 'has not answered within 2200 ms', 2200],
] as const)(
  'bad input: a request that %s declines the job in time, with a line, and the worker goes on',
  async ([, request, line, atMs]) => {
    await using one = await runInline(talk, { request: (asked) => (asked.job.id === 'good' ? asked.accept() : request()) });
    const { clock, dispatcher, worker, log } = one;
    expect(await clock.runUntil(dispatcher.offer({ id: 'j1' }))).toEqual({ type: 'rejected', final: false });
    expect(clock.now()).toBe(atMs);
    expect(log.text()).toContain(line);
    expect(worker.status.activeJobs).toBe(0);
    expect((await clock.runUntil(dispatcher.offer({ id: 'good' }))).type).toBe('accepted');
  },
);

/** As JavaScript may give it. */
const notTexts: object = { attributes: { table: 7 } };

test.for<[AcceptAs]>([[{ identity: '' }], [{ identity: ' ' }], [notTexts]])(
  'bad input: accepting as %j declines the job and says what is wrong',
  async ([as]) => {
    await using one = await runInline(talk, { request: (asked) => asked.accept(as) });
    expect((await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }))).type).toBe('rejected');
    expect(one.log.text()).toMatch(/TypeError: accept: option \\"(identity|attributes)\\" is .*; it must be/);
  },
);

test('an accepted job that is not assigned within 7,500 ms frees its slot and is asked for once more; one assigned later is given back', async () => {
  await using one = await runInline(talk);
  const { clock, dispatcher, worker, log } = one;
  await clock.runUntil(dispatcher.offer({ id: 'lost' }, { assignAfterMs: Infinity }));
  await clock.runUntil(dispatcher.offer({ id: 'late' }, { assignAfterMs: 9000 }));
  expect(worker.status.activeJobs).toBe(2);
  await clock.advanceTo(7499);
  expect(worker.status.activeJobs).toBe(2);
  await clock.advanceTo(7500);
  expect(worker.status.activeJobs).toBe(0);
  expect(worker.status.counts.jobsLost).toBe(2);
  expect(log.text()).toContain('AssignmentTimeoutError: job lost was accepted, and not assigned within 7500 ms');
  await clock.advanceTo(9000);
  expect(dispatcher.reports.map(({ jobId, status }) => `${jobId} ${status}`)).toEqual(['late failed']);
  expect(dispatcher.redispatched).toEqual(['lost', 'late']);
  expect(worker.status.counts).toMatchObject({ jobsLost: 2, jobsFailed: 1, jobsRedispatched: 2 });
});

test('an accepted job that the server offers to others itself, for the connection was lost, is not asked for again', async () => {
  await using one = await runInline(talk);
  const refusal = new APIConnectionError('the connection was lost', { provider: 'scripted', retryable: false });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { notAssigned: refusal }));
  await one.clock.advance(10_000);
  expect(one.worker.status).toMatchObject({ activeJobs: 0, counts: { jobsLost: 1, jobsRedispatched: 0 } });
});

test.for([
  ['throws before it has joined', 'throw-before', 'the entry function failed before it had joined the call (RangeError)', 0],
  ['throws in the call', 'throw-after', 'the entry function failed in the call (RangeError)', 0],
  ['returns at once', 'return', 'the entry function returned without joining the call', 10_000],
] as const)('bad input: an entry that %s has failed, is asked for once more, and the others go on', async ([, deed, reason, atMs]) => {
  await using one = await runInline(async (context) => {
    if (context.info.metadata === 'throw-before') throw new RangeError('the caller said: my card is 4111');
    if (context.info.metadata === 'return') return;
    await context.connect();
    if (context.info.metadata === 'throw-after') throw new RangeError('the caller said: my card is 4111');
  });
  const { clock, dispatcher } = one;
  await clock.runUntil(dispatcher.offer({ id: 'other' }, { connection: until(20_000) }));
  await clock.runUntil(dispatcher.offer({ id: 'j1', metadata: deed }));
  // The server is told the kind of error, not what may stand in it.
  expect(await clock.runUntil(dispatcher.reported('j1', 'failed'))).toEqual({ jobId: 'j1', status: 'failed', error: reason });
  expect(clock.now()).toBe(atMs);
  await clock.advance(0);
  expect(dispatcher.redispatched).toEqual(['j1']);
  await clock.runUntil(dispatcher.reported('other', 'succeeded'));
  expect(clock.now()).toBe(20_000);
});

test('bad input: an entry that never ends does not keep its job from ending', async () => {
  await using one = await runInline(async (context) => {
    await context.connect();
    await new Promise(() => {});
  });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { connection: until(3000) }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'succeeded'));
  expect(one.clock.now()).toBe(3000);
});

test('no token is written to the log, though the error of a refused join quotes it', async () => {
  await using one = await runInline(talk);
  const connection = scripted({ refuse: 'refused', token: 'eyJhbGciOi.very.secret' });
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { connection }));
  await one.clock.runUntil(one.dispatcher.reported('j1', 'failed'));
  expect(one.log.text()).toContain('refused: the token was [redacted]');
  expect(one.log.text() + JSON.stringify(one.dispatcher.reports)).not.toContain('very.secret');
});

const failing = () => {
  throw new Error('it broke');
};

test('a job that failed is asked for once more, and not again when that fails too', async () => {
  await using one = await runInline(failing);
  const { clock, dispatcher } = one;
  for (const job of [
    { id: 'j1', roomName: 'r' },
    { id: 'j2', roomName: 'r' },
    { id: 'j3', roomName: 'other', redispatched: true },
  ]) {
    await clock.runUntil(dispatcher.offer(job));
    await clock.runUntil(dispatcher.reported(job.id, 'failed'));
  }
  await clock.advance(0);
  expect(dispatcher.redispatched).toEqual(['j1']);
});

test('with onJobFailed "end-room" the call is ended for all, with "leave" nothing is done; what cannot be done is told', async () => {
  await using ending = await runInline(failing, { onJobFailed: 'end-room' });
  await ending.clock.runUntil(ending.dispatcher.offer({ id: 'j1' }));
  await ending.clock.runUntil(ending.dispatcher.offer({ id: 'j2' }, { cannot: new Error('no such room') }));
  await ending.clock.advance(0);
  expect(ending.dispatcher.endedRooms).toEqual(['j1']);
  expect(ending.log.text()).toContain('could not be ended: the caller is left alone');
  await using leaving = await runInline(failing, { onJobFailed: 'leave' });
  await leaving.clock.runUntil(leaving.dispatcher.offer({ id: 'j1' }));
  await leaving.clock.advance(0);
  expect([...leaving.dispatcher.endedRooms, ...leaving.dispatcher.redispatched]).toEqual([]);
});

test('S188 a drain takes no further job, waits for running calls, then closes', async () => {
  await using one = await runInline(talk);
  const { clock, dispatcher, worker } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }, { connection: until(60_000) }));
  const drained = worker.drain();
  await clock.advance(100);
  expect(dispatcher.load).toEqual({ load: 0, accepting: false, jobs: 1 });
  expect((await clock.runUntil(dispatcher.offer({ id: 'j2' }))).type).toBe('rejected');
  await clock.runUntil(Promise.all([drained, one.running]));
  expect(clock.now()).toBe(60_000);
  expect(dispatcher.reports.at(-1)).toEqual({ jobId: 'j1', status: 'succeeded' });
  expect(worker.status.state).toBe('closed');
});

test('S188 a drain that takes too long ends the calls in order: they were cut off, and each gets another agent', async () => {
  const left: string[] = [];
  await using one = await runInline(
    async (context) => {
      context.addShutdownCallback((reason) => left.push(reason));
      await context.connect();
    },
    { drainTimeoutMs: 5000 },
  );
  const { clock, dispatcher, worker } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }));
  await clock.runUntil(dispatcher.offer({ id: 'j2' }, { connection: until(1000) }));
  await clock.runUntil(worker.drain());
  expect(clock.now()).toBe(5000);
  expect(left).toEqual(['the call ended: the script said so', 'the worker closes']);
  expect(dispatcher.reports.at(-1)).toEqual({ jobId: 'j1', status: 'failed', error: 'the worker closes' });
  expect(dispatcher.redispatched).toEqual(['j1']);
  expect(worker.status.counts).toMatchObject({ jobsSucceeded: 1, jobsFailed: 0, jobsCutOff: 1 });
  expect(one.log.text()).toContain('1 jobs are not over after 5000 ms');
});

test('a job that is being asked about when the drain begins is left to another worker', async () => {
  await using one = await runInline(talk, {
    request: async (asked) => {
      await new Promise<void>((resolve) => void one.clock.after(500, resolve));
      asked.accept();
    },
  });
  const { clock, dispatcher, worker } = one;
  const answer = dispatcher.offer({ id: 'j1' });
  await clock.advance(100);
  const drained = worker.drain();
  expect((await clock.runUntil(answer)).type).toBe('rejected');
  await clock.runUntil(drained);
});

test('at its close jobs shut down in order, and what does not end in time is left behind and has failed', async () => {
  const seen: string[] = [];
  await using one = await runInline(
    async (context) => {
      context.addShutdownCallback((reason) => (context.info.id === 'j1' ? seen.push(reason) : new Promise(() => {})), {
        timeoutMs: 90_000,
      });
      await context.connect();
    },
    { shutdownTimeoutMs: 2000 },
  );
  const { clock, dispatcher, worker } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }));
  await clock.runUntil(dispatcher.offer({ id: 'j2' }));
  await clock.runUntil(worker.close());
  expect(seen).toEqual(['the worker closes']);
  expect(clock.now()).toBe(2000);
  expect(dispatcher.reports.slice(-2).map(({ jobId, status }) => `${jobId} ${status}`)).toEqual(['j1 failed', 'j2 failed']);
  expect(worker.status.counts).toMatchObject({ jobsCutOff: 1, jobsFailed: 1 });
});

test('at its close the server is heard out on jobs that have failed', async () => {
  await using one = await runInline(failing);
  await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }, { afterFailureMs: 2000 }));
  await one.clock.advance(100);
  expect(one.worker.status.activeJobs).toBe(0);
  await one.clock.runUntil(one.worker.close());
  expect(one.clock.now()).toBe(2000);
  expect(one.dispatcher.redispatched).toEqual(['j1']);
});

test('S190 what the dispatcher fails with run() rejects with; closing twice is fine, running twice is not', async () => {
  await using one = await runInline(talk);
  const { dispatcher, worker } = one;
  dispatcher.fail(new Error('failed to connect'));
  await expect(one.running).rejects.toThrow('failed to connect');
  await worker.close();
  await worker.close();
  await worker.drain();
  await expect(worker.run()).rejects.toMatchObject({ code: 'state' });
});

test('while the server is not reached running calls go on, and the worker is not ready', async () => {
  await using one = await runInline(talk);
  const { clock, dispatcher, worker } = one;
  await clock.runUntil(dispatcher.offer({ id: 'j1' }, { connection: until(5000) }));
  dispatcher.disconnect(2000);
  await clock.advance(1000);
  expect(worker.status).toMatchObject({ workerId: undefined, isAccepting: false, activeJobs: 1, refusal: undefined });
  dispatcher.register();
  await clock.runUntil(dispatcher.reported('j1', 'succeeded'));
  expect(worker.status.isAccepting).toBe(true);
});

test('bad input: an agent that cannot be prepared declines every job, with one line', async () => {
  await using one = await runInline({
    prewarm: () => Promise.reject(new Error('the model is not there')),
    entry: talk,
  });
  await one.clock.advance(1000);
  expect((await one.clock.runUntil(one.dispatcher.offer({ id: 'j1' }))).type).toBe('rejected');
  expect(one.log.text()).toContain('the model is not there');
  expect(one.worker.status.refusal).toBe('no process can be started');
});

const dispatcher = createScriptedDispatcher({ transport: transportUrl });
const agent = defineAgent({ entry: talk });

test.for([
  [{ dispatcher }, 'option "agent" is missing'],
  [{ agent, isolation: 'inline' }, 'option "dispatcher" is missing'],
  [{ agent, dispatcher }, 'give the path of its module'],
  [{ agent: './nowhere.js', dispatcher }, "the agent's module .*nowhere.js is not there"],
  [{ agent: 'https://example.com/agent.js', dispatcher }, "agent's module|must be a file"],
  [{ agent: { entry: talk }, dispatcher }, 'option "agent" is an object; it must be the path'],
  [{ agent, dispatcher, isolation: 'thread' }, 'option "isolation" is "thread"; it must be one of "process", "inline"'],
  [{ agent, dispatcher, jobsPerProcess: 0 }, 'option "jobsPerProcess" is 0; it must be a whole number from 1 on'],
  [{ agent, dispatcher, maxJobs: 2.5 }, 'option "maxJobs" is 2.5'],
  [{ agent, dispatcher, loadThreshold: 70 }, 'option "loadThreshold" is 70; it must be more than 0, and at most 1'],
  [{ agent, dispatcher, port: 80_811 }, 'option "port" is 80811'],
  [{ agent, dispatcher, onJobFailed: 'retry' }, 'option "onJobFailed" is "retry"'],
  [{ agent, dispatcher, shutdownTimeoutMs: 0 }, 'option "shutdownTimeoutMs" is 0'],
  [{ agent, dispatcher, numIdleProcesses: 3 }, 'there is no option "numIdleProcesses"; known are'],
] as const)('a wrong option is named: %#', ([options, message]) => {
  expect(() => void Reflect.construct(Worker, [options])).toThrow(new RegExp(message));
});

test('with no prewarmed pool and no port a closed worker leaves nothing running', async () => {
  const clock = new VirtualClock();
  const own = createScriptedDispatcher({ transport: transportUrl });
  const worker = new Worker({ agent, dispatcher: own, isolation: 'inline', port: null, clock, logger: collectLog().logger });
  const running = worker.run();
  await clock.advance(10_000);
  await clock.runUntil(worker.close());
  await running;
  expect(clock.pendingTimers).toBe(0);
});
