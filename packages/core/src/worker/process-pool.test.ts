import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { collectLog } from './__fixtures__/collected-log.js';
import { type ScriptedProcess, scriptProcesses } from './__fixtures__/scripted-processes.js';
import type { JobEnd, JobOrder } from './job-order.js';
import { ProcessPool, type ProcessPoolOptions } from './process-pool.js';

const order = (id: string): JobOrder => ({
  info: { id, type: 'room', agentName: '', metadata: '', identity: `agent-${id}`, workerId: '' },
  connection: {},
  transport: 'file:///transport.js',
});
const succeeded: JobEnd = { outcome: 'succeeded', reason: 'the call ended' };

function createPool(options: Partial<ProcessPoolOptions> = {}) {
  const clock = new VirtualClock();
  const log = collectLog();
  const { startProcess, processes } = scriptProcesses();
  const pool = new ProcessPool({
    startProcess,
    agent: 'file:///agent.js',
    initializeTimeoutMs: 10_000,
    shutdownTimeoutMs: 60_000,
    memory: { warnMb: 1000, limitMb: Infinity },
    clock,
    logger: log.logger,
    jobsPerProcess: 1,
    idleProcesses: 1,
    maxJobs: Infinity,
    mostStarting: 4,
    ...options,
  });
  pool.start();
  /** The process with this number, counted from 0. */
  const the = (index: number): ScriptedProcess => {
    const process = processes[index];
    if (process === undefined) throw new Error(`there are ${processes.length} processes`);
    return process;
  };
  const sentTo = (index: number) => the(index).sent.map(({ type }) => type);
  return { clock, log, processes, pool, the, sentTo };
}

test('a job goes to a warm process at once, another is started in its place, and the process ends with its job', async () => {
  const { pool, processes, the, sentTo } = createPool();
  the(0).say({ type: 'initialized' });
  const running: string[] = [];
  const end = pool.run(order('j1'), () => running.push('j1'));
  expect(sentTo(0)).toEqual(['initialize', 'ping', 'start-job']);
  expect(processes).toHaveLength(2);
  the(0).say({ type: 'job-running', jobId: 'j1' });
  expect(pool.status.processes).toEqual({ starting: 1, idle: 0, busy: 1, closing: 0 });
  the(0).say({ type: 'job-ended', jobId: 'j1', end: succeeded });
  expect(await end).toEqual(succeeded);
  expect(running).toEqual(['j1']);
  expect(sentTo(0)).toEqual(['initialize', 'ping', 'start-job', 'shutdown']);
  the(0).exit({ type: 'code', code: 0 });
  expect(pool.status.processes).toEqual({ starting: 1, idle: 0, busy: 0, closing: 0 });
});

test('jobs wait for a process in the order they came', () => {
  const { pool, the, sentTo } = createPool({ idleProcesses: 0, mostStarting: 2 });
  for (const id of ['j1', 'j2', 'j3']) void pool.run(order(id), () => {});
  expect(pool.status.processes.starting).toBe(2);
  the(1).say({ type: 'initialized' });
  the(0).say({ type: 'initialized' });
  const first = (index: number) => the(index).sent.flatMap((message) => (message.type === 'start-job' ? [message.order.info.id] : []));
  expect([first(1), first(0)]).toEqual([['j1'], ['j2']]);
  expect(sentTo(2)).toEqual(['initialize']);
});

test('a job that the server terminates while it waits is over, and never begins; one that runs is weighed by its process', async () => {
  const { pool, the, sentTo } = createPool();
  const end = pool.run(order('j1'), () => {});
  pool.terminate('j1');
  expect(await end).toEqual({ outcome: 'succeeded', reason: 'terminated by the server before it began' });
  the(0).say({ type: 'initialized' });
  expect(sentTo(0)).not.toContain('start-job');
  void pool.run(order('j2'), () => {});
  pool.terminate('j2');
  expect(sentTo(0).slice(-2)).toEqual(['start-job', 'terminate-job']);
});

test('S182 starts that fail are tried again after longer and longer waits; the job is given up, and none more are taken until one works', async () => {
  const { pool, clock, the, processes, log } = createPool();
  const end = pool.run(order('j1'), () => {});
  const starts: number[] = [];
  const fail = () => {
    starts.push(clock.now());
    the(processes.length - 1).say({ type: 'initialize-failed', error: 'the model is not there' });
    for (const process of processes) process.exit({ type: 'code', code: 1 });
  };
  // Two were started, one for the job and one to be warm; both fail.
  fail();
  expect(processes).toHaveLength(2);
  await clock.advance(1000);
  fail();
  expect(await end).toEqual({ outcome: 'failed', reason: 'no process became available' });
  expect(pool.status).toMatchObject({ isAble: false, failedStarts: 4 });
  await clock.advance(4000);
  expect(processes).toHaveLength(5);
  the(4).say({ type: 'initialized' });
  expect(pool.status.isAble).toBe(true);
  expect(log.text()).toContain('the model is not there');
});

test('S181 a process that is not ready in time is killed', async () => {
  const { pool, clock, the, log } = createPool();
  await clock.advance(9999);
  expect(the(0).isKilled).toBe(false);
  await clock.advance(1);
  expect(the(0).isKilled).toBe(true);
  expect(log.text()).toContain('it was not ready within 10000 ms');
  expect(pool.status.failedStarts).toBe(1);
});

test('a process that is silent for 60 s is killed and its jobs have failed; one blocked for 30 s goes on', async () => {
  const { pool, clock, the, log } = createPool();
  the(0).say({ type: 'initialized' });
  const end = pool.run(order('j1'), () => {});
  await clock.advance(30_000);
  the(0).say({ type: 'pong', usedMb: 50 });
  expect(the(0).isKilled).toBe(false);
  await clock.advance(70_000);
  expect(the(0).isKilled).toBe(true);
  expect((await end).outcome).toBe('failed');
  expect(log.lines.filter(({ fields }) => fields['pid'] === 100).map(({ message }) => message.replace(/\d+/, 'N'))).toEqual([
    'a job process has not answered for N ms: something blocks its event loop',
    'a job process answers again after N ms',
    'a job process has not answered for N ms: something blocks its event loop',
    'a job process ended: its process did not answer for N ms',
  ]);
});

test('a process whose answers wait to be read, because the worker was itself blocked, is left alone', async () => {
  const { clock, the } = createPool();
  the(0).say({ type: 'initialized' });
  await clock.advance(60_100);
  the(0).say({ type: 'pong', usedMb: 50 });
  await clock.advance(30_000);
  expect(the(0).isKilled).toBe(false);
});

test('a process over its memory limit takes no further job, and its jobs have failed even if they end in order', async () => {
  const { pool, the, sentTo } = createPool({ memory: { warnMb: 100, limitMb: 200 }, jobsPerProcess: 5 });
  the(0).say({ type: 'initialized' });
  const end = pool.run(order('j1'), () => {});
  the(0).say({ type: 'pong', usedMb: 250 });
  expect(sentTo(0).at(-1)).toBe('shutdown');
  the(0).say({ type: 'job-ended', jobId: 'j1', end: succeeded });
  expect(await end).toEqual({ outcome: 'failed', reason: 'its process used 250 MB of memory, more than its limit of 200 MB' });
  void pool.run(order('j2'), () => {});
  the(1).say({ type: 'initialized' });
  expect(sentTo(1)).toContain('start-job');
});

test('a shared process serves 100 jobs: before they are all given another takes its place, and it ends with its last', () => {
  const { pool, processes, the, sentTo } = createPool({ jobsPerProcess: 2 });
  the(0).say({ type: 'initialized' });
  const over = (id: string) => the(0).say({ type: 'job-ended', jobId: id, end: succeeded });
  for (let index = 1; index <= 98; index += 1) {
    void pool.run(order(`j${index}`), () => {});
    over(`j${index}`);
  }
  expect(processes).toHaveLength(1);
  void pool.run(order('j99'), () => {});
  expect(processes).toHaveLength(2);
  void pool.run(order('j100'), () => {});
  the(1).say({ type: 'initialized' });
  over('j100');
  void pool.run(order('j101'), () => {});
  expect(sentTo(1).at(-1)).toBe('start-job');
  expect(sentTo(0).at(-1)).toBe('start-job');
  over('j99');
  expect(sentTo(0).at(-1)).toBe('shutdown');
});

test('a process that ends by itself takes its own jobs along, and no others', async () => {
  const { pool, the } = createPool({ jobsPerProcess: 2, idleProcesses: 2 });
  the(0).say({ type: 'initialized' });
  the(1).say({ type: 'initialized' });
  const ends: string[] = [];
  for (const id of ['j1', 'j2', 'j3', 'j4'])
    void pool.run(order(id), () => {}).then(({ outcome, reason }) => ends.push(`${id} ${outcome}: ${reason}`));
  the(0).exit({ type: 'code', code: 0 });
  await Promise.resolve();
  await Promise.resolve();
  expect(ends).toEqual(['j1 failed: its process ended (exit code 0)', 'j3 failed: its process ended (exit code 0)']);
});

test('shared processes that nobody needs any more are ended', () => {
  const { pool, the, sentTo } = createPool({ jobsPerProcess: 1, idleProcesses: 0, maxJobs: 4 });
  void pool.run(order('j1'), () => {});
  void pool.run(order('j2'), () => {});
  the(0).say({ type: 'initialized' });
  the(0).say({ type: 'job-ended', jobId: 'j1', end: succeeded });
  expect(sentTo(0).at(-1)).toBe('shutdown');
});

test('the close ends processes in order, kills what has not ended in time, and settles every job', async () => {
  const { pool, clock, the, sentTo, log } = createPool({ idleProcesses: 2, shutdownTimeoutMs: 5000 });
  the(0).say({ type: 'initialized' });
  const end = pool.run(order('j1'), () => {});
  const closing = pool.close('the worker closes');
  await clock.advance(0);
  expect(sentTo(0).at(-1)).toBe('shutdown');
  expect([the(0).isKilled, the(1).isKilled]).toEqual([false, true]);
  await clock.advance(5000);
  await closing;
  expect(await end).toEqual({ outcome: 'failed', reason: 'its process had to be killed at the shutdown' });
  expect(log.text()).toContain('the job process has not ended within 5000 ms, and is killed');
  expect(await pool.run(order('late'), () => {})).toEqual({ outcome: 'failed', reason: 'the worker is closed' });
  expect(clock.pendingTimers).toBe(0);
});

test('messages that are not understood, or of jobs that are not known, do no harm', () => {
  const { the, log, pool } = createPool();
  the(0).say({ type: 'nonsense' });
  the(0).say({ type: 'initialized' });
  the(0).say({ type: 'initialized' });
  the(0).say({ type: 'job-ended', jobId: 'unknown', end: succeeded });
  the(0).say({ type: 'job-running', jobId: 'unknown' });
  pool.terminate('unknown');
  expect(log.text()).toContain('was not understood, and ignored');
  expect(pool.status.processes.idle).toBe(1);
});
