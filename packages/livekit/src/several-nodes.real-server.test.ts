import { realClock } from '@parley/core/provider-kit';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasLiveKitServer } from '../../../scripts/livekit-server/has-livekit-server.mjs';
import { hasRedis } from '../../../scripts/livekit-server/start-redis.mjs';
import { type DeskCall, DeskTrial, type DeskWorker } from './__fixtures__/desk-trial.js';
import { after, until } from './room/__fixtures__/room-trial.js';

/** What is expected within so many seconds stands in docs/failures.md; this is for a machine that is busy with other things. */
const busyMs = 45_000;
const timeout = 120_000;
/** Until a server knows that a worker drains, and has chosen with that in mind. */
const knownMs = 500;
/** Fewer where a machine is too busy for as many. */
const callCount = Number(process.env['PARLEY_CALLS'] ?? 50);

const report = (line: string) => process.stdout.write(`several nodes: ${line}\n`);
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
const names = (calls: readonly DeskCall[]) => calls.map(({ name }) => name).toSorted();

describe.skipIf(![hasLiveKitServer(), hasRedis()].every(Boolean))('two nodes, three workers with ten jobs a process', () => {
  let trial: DeskTrial;
  beforeAll(async () => {
    trial = await DeskTrial.start({ workers: 3, jobs: callCount * 0.6 });
  }, timeout);
  afterAll(() => trial[Symbol.asyncDispose](), timeout);

  const callsOf = (fits: (agent: NonNullable<DeskCall['agent']>) => boolean): readonly DeskCall[] =>
    trial.calls.filter(({ agent }) => agent !== undefined && fits(agent));
  const callsOn = ({ pid }: DeskWorker) => callsOf(({ workerPid }) => workerPid === pid);
  const busiest = (): DeskWorker => {
    const [worker] = trial.workers.toSorted((one, other) => callsOn(other).length - callsOn(one).length);
    if (worker === undefined) throw new Error('there is no worker');
    return worker;
  };
  const humming = (calls: readonly DeskCall[]) => calls.filter(({ metadata }) => metadata === 'audio');
  /** How long it takes until each of them has one agent again, and that another. */
  const metAgain = async (calls: readonly DeskCall[]): Promise<number> => {
    const sinceMs = realClock.now();
    const waiting = () => calls.filter(({ agent }) => agent?.isAgain !== true);
    await until('other agents', () => waiting().length === 0, busyMs).catch((error: unknown) => {
      for (const call of waiting()) report(`no other agent: ${JSON.stringify([call.name, call.isConnected, call.agents])}`);
      for (const { lines } of trial.workers) report(lines.slice(-15).join('\n'));
      throw error;
    });
    return Math.round(realClock.now() - sinceMs);
  };
  /** Callers who hear nothing, or not all of it, for a second. */
  const breaksIn = async (calls: readonly DeskCall[], forMs = 1000): Promise<readonly string[]> => {
    const sinceMs = realClock.now();
    await after(forMs);
    return calls.filter((call) => call.loudMs(sinceMs) < forMs * 0.7).map(({ name }) => name);
  };

  test('each call gets one agent, on whichever node its room is, and none of the workers has all of them', { timeout }, async () => {
    const sinceMs = realClock.now();
    await trial.callAll(
      Array.from({ length: callCount }, (_, index) => `call-${index}`),
      (index) => (index % 5 === 0 ? 'audio' : ''),
    );
    report(`${callCount} calls have met their agents after ${Math.round(realClock.now() - sinceMs)} ms`);
    expect(names(trial.calls.filter(({ agents }) => agents.length !== 1))).toEqual([]);
    expect(new Set(trial.calls.map(({ agent }) => agent?.job)).size).toBe(callCount);
    const shares = trial.workers.map((worker) => callsOn(worker).length);
    report(`jobs by worker: ${shares.join(', ')}`);
    // The server prefers the node that has more room on its workers; which worker of it is a matter of chance.
    expect(shares.filter((share) => share > 0).length).toBeGreaterThan(1);
    await until(
      'all that have audio to be heard',
      () => humming(trial.calls).every((call) => call.loudMs(realClock.now() - 500) >= 400),
      busyMs,
    );
  });

  test('a call that ends in a process leaves the audio of the others in it running', { timeout }, async () => {
    const [call, ...others] = humming(trial.calls).filter(({ agent }) => callsOf(({ pid }) => pid === agent?.pid).length > 1);
    if (call === undefined) throw new Error('no process has two calls');
    const pid = call.agent?.pid;
    const { jobsSucceeded = 0 } = await trial.counts();
    const listening = breaksIn(others, 2000);
    await trial.end([call]);
    expect(await listening).toEqual([]);
    for (let ended = 0; ended <= jobsSucceeded;) ended = (await trial.counts())['jobsSucceeded'] ?? 0;
    report(
      `1 of ${callsOf((agent) => agent.pid === pid).length + 1} calls of a process ended; none of ${others.length} that hum broke off`,
    );
  });

  test('a job process that is killed loses its own calls alone, and each gets another agent, once', { timeout }, async () => {
    const pid = trial.calls[0]?.agent?.pid ?? 0;
    const hit = callsOf((agent) => agent.pid === pid);
    const others = new Map(trial.calls.filter((call) => !hit.includes(call)).map((call) => [call, call.agent?.job]));
    process.kill(pid, 'SIGKILL');
    const breaking = breaksIn(humming([...others.keys()]));
    report(`a job process with ${hit.length} calls killed: other agents after ${await metAgain(hit)} ms`);
    expect(await breaking).toEqual([]);
    expect(names([...others].filter(([call, job]) => call.agent?.job !== job).map(([call]) => call))).toEqual([]);
    expect(await trial.counts()).toMatchObject({ jobsFailed: hit.length, jobsRedispatched: hit.length, jobsLost: 0 });
    await trial.end(hit);
  });

  test('while Redis is gone calls go on and are heard; once it is back calls are taken again', { timeout }, async () => {
    const jobs = new Map(trial.calls.map((call) => [call, call.agent?.job]));
    await trial.nodes.redis.kill();
    expect(await breaksIn(humming(trial.calls), 2000)).toEqual([]);
    await trial.nodes.redis.restart();
    const sinceMs = realClock.now();
    // Until then an agent that is asked for may not come, or be sent into a second room of that name, where no caller is: no client can prevent it.
    await trial.nodes.untilSeen();
    report(`Redis gone for 2 s: its nodes have shown that they are there ${Math.round(realClock.now() - sinceMs)} ms after its return`);
    const call = await trial.callAtLast('after-redis', busyMs);
    await until('the agent of a new call', () => call.agent, busyMs);
    report(`a new call has its agent ${Math.round(realClock.now() - sinceMs)} ms after its return`);
    expect(names([...jobs].filter(([{ agent }, job]) => agent?.job !== job).map(([one]) => one))).toEqual([]);
    await trial.end([call]);
  });

  test('a worker that is killed: its job processes ask for their calls once more before they end', { timeout }, async () => {
    const worker = busiest();
    const hit = callsOn(worker);
    const pids = [...new Set(hit.map(({ agent }) => agent?.pid ?? 0))];
    await worker.kill();
    report(`a worker with ${hit.length} calls in ${pids.length} processes killed: other agents after ${await metAgain(hit)} ms`);
    await until('its processes to end', () => !pids.some(isRunning), busyMs);
    expect(names(hit.filter(({ agent }) => agent?.isAgain !== true))).toEqual([]);
    await trial.end(hit);
  });

  test(
    'a worker that drains takes no further call; those that its deadline cuts off get another agent, and it ends',
    { timeout },
    async () => {
      const worker = busiest();
      const hit = callsOn(worker);
      const draining = worker.drain(2000);
      await until('the drain', () => worker.count('the worker drains') > 0);
      // A node that was chosen before its server knew of the drain asks no other node.
      await after(knownMs);
      const accepted = worker.count('a job was assigned');
      await trial.callAll(['while-draining-1', 'while-draining-2'], () => '');
      const { state, activeJobs, counts } = await draining;
      report(`a worker drained with ${hit.length} calls: other agents ${await metAgain(hit)} ms after its end`);
      expect({ state, activeJobs, cutOff: counts.jobsCutOff }).toEqual({ state: 'closed', activeJobs: 0, cutOff: hit.length });
      expect(worker.count('a job was assigned')).toBe(accepted);
      await trial.end(hit);
    },
  );

  test('when a node is killed its calls come back on the other, each to the one agent that it had', { timeout }, async () => {
    const jobs = new Map(trial.calls.map((call) => [call, call.agent?.job]));
    expect(names(trial.calls.filter(({ agent }) => agent === undefined))).toEqual([]);
    const { offersAccepted = 0 } = await trial.counts();
    await trial.nodes.nodes[0]?.kill();
    const sinceMs = realClock.now();
    const lost = new Set<DeskCall>();
    const isBack = () => {
      for (const call of trial.calls) if (call.agent === undefined) lost.add(call);
      // The second agent of a room may be there before the first.
      return lost.size > 0 && [...jobs].every(([call, job]) => call.isConnected && call.agent?.job === job);
    };
    await until('all calls to be back', isBack, busyMs).catch((error: unknown) => {
      for (const call of trial.calls) report(JSON.stringify([call.name, jobs.get(call), call.isConnected, call.agents]));
      for (const { lines } of trial.workers) report(lines.slice(-15).join('\n'));
      throw error;
    });
    const backMs = Math.round(realClock.now() - sinceMs);
    // Or come later than the caller and the first.
    await after(3000);
    await until('second agents to be gone', isBack, busyMs);
    const second = ((await trial.counts())['offersAccepted'] ?? 0) - offersAccepted;
    report(
      `a node with ${lost.size} of ${jobs.size} calls killed: all are back after ${backMs} ms; of ${second} second agents none is left`,
    );
    for (const { lines } of trial.workers) expect(lines.join('\n')).not.toMatch(/eyJ[\w-]{8,}/);
    report(`counts: ${JSON.stringify(await trial.counts())}`);
  });
});
