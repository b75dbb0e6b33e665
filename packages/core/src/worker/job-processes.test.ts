import { expect, test } from 'vitest';
import type { Dispatcher } from '../provider/dispatcher.js';
import { createScriptedDispatcher } from '../testing/scripted-dispatcher.js';
import { realClock } from '../time/real-clock.js';
import { agentUrl, runProcesses } from './__fixtures__/process-worker.js';
import { collectLog } from './__fixtures__/collected-log.js';
import { scripted } from './__fixtures__/scripted-transport.js';
import { forkProcesses } from './fork-process.js';
import type { ProcessExit, StartProcess } from './process-channel.js';
import { ProcessPool, type ProcessPoolOptions } from './process-pool.js';

const soonOver = scripted({ script: [{ atMs: 30, type: 'disconnected' }] });
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** Starts real processes, with a note of each. */
function watched(agent: URL): { readonly startProcess: StartProcess; readonly pids: number[]; readonly exits: ProcessExit[] } {
  const pids: number[] = [];
  const exits: ProcessExit[] = [];
  const fork = forkProcesses({ agent: agent.href, execArgv: [] });
  const startProcess: StartProcess = ({ onMessage, onExit }) => {
    const channel = fork({
      onMessage,
      onExit: (exit) => {
        exits.push(exit);
        onExit(exit);
      },
    });
    if (channel.pid !== undefined) pids.push(channel.pid);
    return channel;
  };
  return { startProcess, pids, exits };
}

const poolOptions = (startProcess: StartProcess, agent: URL, more: Partial<ProcessPoolOptions> = {}): ProcessPoolOptions => ({
  startProcess,
  agent: agent.href,
  initializeTimeoutMs: 30_000,
  shutdownTimeoutMs: 10_000,
  memory: { warnMb: Infinity, limitMb: Infinity },
  clock: realClock,
  logger: collectLog().logger,
  jobsPerProcess: 1,
  idleProcesses: 0,
  maxJobs: Infinity,
  mostStarting: 4,
  ...more,
});

const order = (id: string, metadata: string, connection = scripted({})) => ({
  info: { id, type: 'room', agentName: '', metadata, identity: `agent-${id}`, workerId: '' } as const,
  connection,
  transport: new URL('./__fixtures__/scripted-transport.ts', import.meta.url).href,
});

test('S180 a pool of three with two jobs starts five processes; each job has its own, and all of them end in order', async () => {
  const agent = agentUrl('scripted');
  const processes = watched(agent);
  const log = collectLog();
  const pool = new ProcessPool(poolOptions(processes.startProcess, agent, { idleProcesses: 3, logger: log.logger }));
  pool.start();
  const ends = await Promise.all([pool.run(order('j1', 'talk', soonOver), () => {}), pool.run(order('j2', 'talk', soonOver), () => {})]);
  expect(ends.map(({ outcome }) => outcome)).toEqual(['succeeded', 'succeeded']);
  await pool.close('the test is over');
  const count = (message: string) => log.lines.filter((line) => line.message === message).length;
  expect([processes.pids.length, count('entry'), count('callback')]).toEqual([5, 2, 2]);
  const jobPids = log.lines.flatMap(({ message, fields }) => (message === 'entry' ? [fields['pid']] : []));
  expect(new Set(jobPids).size).toBe(2);
  expect(log.lines.filter(({ message, fields }) => message === 'entry' && fields['warmedAs'] === fields['pid'])).toHaveLength(2);
  expect(processes.pids.filter(isRunning)).toEqual([]);
  // Those that were ready end in order; one that had not begun to serve yet is killed.
  expect(processes.exits.filter((exit) => exit.type === 'code' && exit.code !== 0)).toEqual([]);
});

test('S181 S182 processes that are not ready in time are killed, tried again, and in the end the job is given up', async () => {
  const agent = agentUrl('slow');
  const processes = watched(agent);
  const pool = new ProcessPool(poolOptions(processes.startProcess, agent, { initializeTimeoutMs: 300 }));
  const end = await pool.run(order('j1', 'talk'), () => {});
  expect(end).toEqual({ outcome: 'failed', reason: 'no process became available' });
  expect(processes.exits).toEqual(Array<ProcessExit>(3).fill({ type: 'signal', signal: 'SIGKILL' }));
  await pool.close('the test is over');
  expect(pool.status.processes).toEqual({ starting: 0, idle: 0, busy: 0, closing: 0 });
  expect(processes.pids.filter(isRunning)).toEqual([]);
});

test('S183 a process without a job ends with code 0; with a slow callback it is killed; with a quick one the callback runs', async () => {
  const agent = agentUrl('scripted');
  const close = async (metadata: string | undefined, shutdownTimeoutMs: number) => {
    const processes = watched(agent);
    const log = collectLog();
    const pool = new ProcessPool(
      poolOptions(processes.startProcess, agent, { shutdownTimeoutMs, logger: log.logger, idleProcesses: 1, maxJobs: 1 }),
    );
    pool.start();
    if (metadata === undefined) while (pool.status.processes.idle === 0) await new Promise((resolve) => void setImmediate(resolve));
    else {
      void pool.run(order('j1', metadata), () => {});
      await log.logged('the scripted room was joined');
    }
    await pool.close('the test is over');
    return `${JSON.stringify(processes.exits)} ${log.lines.filter(({ message }) => message === 'callback').length}`;
  };
  expect(await close(undefined, 10_000)).toBe('[{"type":"code","code":0}] 0');
  expect(await close('slow-callback', 300)).toBe('[{"type":"signal","signal":"SIGKILL"}] 0');
  expect(await close('quick-callback', 10_000)).toBe('[{"type":"code","code":0}] 1');
});

test('S185 a close while processes start ends them; a process that is killed from outside ends its jobs', async () => {
  const agent = agentUrl('scripted');
  const starting = watched(agent);
  const early = new ProcessPool(poolOptions(starting.startProcess, agent, { idleProcesses: 2 }));
  early.start();
  await early.close('the test is over');
  expect(starting.pids.filter(isRunning)).toEqual([]);

  const processes = watched(agent);
  const log = collectLog();
  const pool = new ProcessPool(poolOptions(processes.startProcess, agent, { logger: log.logger }));
  const end = pool.run(order('j1', 'talk'), () => {});
  await log.logged('the scripted room was joined');
  process.kill(processes.pids[0] ?? 0, 'SIGKILL');
  expect(await end).toEqual({ outcome: 'failed', reason: 'its process ended (signal SIGKILL)' });
  await pool.close('the test is over');
});

test('S186 all 200 lines that a job writes at its very end arrive before it is over, with its fields', async () => {
  await using one = await runProcesses();
  await one.dispatcher.offer({ id: 'j1', metadata: 'logs' });
  await one.dispatcher.reported('j1', 'succeeded');
  const records = one.log.lines.filter(({ message }) => message === 'record');
  expect(records.map(({ fields }) => fields['count'])).toEqual(Array.from({ length: 200 }, (_, index) => index));
  expect(records[0]?.fields).toMatchObject({ jobId: 'j1', room: 'room-of-j1', table: 7 });
});

test.for([
  ['calls process.exit', 'exit', 'its process ended (exit code 7)', 'a job process ended: exit code 7'],
  ['throws where nobody catches', 'uncaught', 'its process ended (exit code 1)', 'thrown into nowhere'],
] as const)(
  'bad input: an entry that %s loses its own process alone: the job is asked for once more, the others go on',
  async ([, deed, reason, line]) => {
    await using one = await runProcesses();
    const { dispatcher } = one;
    await dispatcher.offer({ id: 'other', metadata: 'talk' }, { connection: scripted({ script: [{ atMs: 1500, type: 'disconnected' }] }) });
    await dispatcher.offer({ id: 'j1', metadata: deed });
    expect(await dispatcher.reported('j1', 'failed')).toEqual({ jobId: 'j1', status: 'failed', error: reason });
    expect(one.log.text()).toContain(line);
    await one.logged('the failed job was asked for once more');
    expect(dispatcher.redispatched).toEqual(['j1']);
    await dispatcher.reported('other', 'succeeded');
  },
);

test('bad input: a promise that fails unhandled is told, and the calls of its process go on', async () => {
  await using one = await runProcesses({ jobsPerProcess: 2, maxJobs: 2 });
  const { dispatcher } = one;
  await dispatcher.offer({ id: 'j1', metadata: 'talk' }, { connection: scripted({ script: [{ atMs: 600, type: 'disconnected' }] }) });
  await dispatcher.offer({ id: 'j2', metadata: 'unhandled' }, { connection: scripted({ script: [{ atMs: 600, type: 'disconnected' }] }) });
  await Promise.all([dispatcher.reported('j1', 'succeeded'), dispatcher.reported('j2', 'succeeded')]);
  expect(one.log.text()).toContain('nobody waits for this');
});

test('bad input: an entry that blocks its event loop is told of; its call goes on', async () => {
  await using one = await runProcesses();
  await one.dispatcher.offer({ id: 'warm-up', metadata: 'talk' }, { connection: soonOver });
  await one.dispatcher.reported('warm-up', 'succeeded');
  await one.dispatcher.offer({ id: 'j1', metadata: 'block' }, { connection: scripted({ script: [{ atMs: 100, type: 'disconnected' }] }) });
  await one.logged('something blocks its event loop');
  await one.logged('answers again after');
  expect(await one.dispatcher.reported('j1', 'succeeded')).toEqual({ jobId: 'j1', status: 'succeeded' });
});

test('bad input: a process that takes more memory than it may has its jobs ended in order, as failed', async () => {
  await using one = await runProcesses({ memoryWarnMb: 20, memoryLimitMb: 250 });
  await one.dispatcher.offer({ id: 'j1', metadata: 'leak' });
  const { error } = await one.dispatcher.reported('j1', 'failed');
  expect(error).toMatch(/its process used \d+(\.\d+)? MB of memory, more than its limit of 250 MB/);
  expect(one.log.text()).toMatch(/warn a job process uses \d+(\.\d+)? MB of memory/);
  expect(one.log.text()).toContain('the scripted room was left');
});

test('bad input: while prewarm fails no job is taken, each start is told of, and the worker goes on', async () => {
  await using one = await runProcesses({ agent: agentUrl('failing'), idleProcesses: 1 });
  await one.logged('a job process could not be started', 3);
  expect(one.log.text()).toContain('the model is not there');
  expect(await one.dispatcher.offer({ id: 'j1' })).toEqual({ type: 'rejected', final: false });
  expect(one.worker.status).toMatchObject({ refusal: 'no process can be started', counts: { processStartsFailed: 3 } });
});

test('bad input: a transport that the dispatcher names and that cannot be loaded is told of before there is a job', async () => {
  const transport = 'file:///nowhere.mjs';
  const port = createScriptedDispatcher({ transport });
  const dispatcher: Dispatcher = { transport, run: (worker) => port.run(worker), [Symbol.asyncDispose]: () => port[Symbol.asyncDispose]() };
  await using one = await runProcesses({ dispatcher, idleProcesses: 1 });
  await one.logged('a job process could not be started');
  expect(one.log.text()).toContain('the module file:///nowhere.mjs of the transport cannot be loaded');
});

test('ten jobs share one process when they may, and the end of one leaves the others running', async () => {
  await using one = await runProcesses({ jobsPerProcess: 10, maxJobs: 10 });
  const { dispatcher } = one;
  for (let index = 0; index < 10; index += 1) {
    const connection = index === 0 ? scripted({ script: [{ atMs: 300, type: 'disconnected' }] }) : scripted({});
    await dispatcher.offer({ id: `j${index}`, metadata: 'talk' }, { connection });
  }
  await dispatcher.reported('j0', 'succeeded');
  await one.logged('the scripted room was joined', 10);
  expect(new Set(one.log.lines.flatMap(({ message, fields }) => (message === 'entry' ? [fields['pid']] : []))).size).toBe(1);
  expect(one.worker.status).toMatchObject({ activeJobs: 9, processes: { busy: 1 } });
  expect(dispatcher.reports.filter(({ status }) => status !== 'running')).toHaveLength(1);
});
