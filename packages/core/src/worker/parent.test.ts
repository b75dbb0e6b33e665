import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A worker in a process of its own, with a job under way; the pids of its job processes. */
async function startWorker() {
  const file = fileURLToPath(new URL('./__fixtures__/worker-process.ts', import.meta.url));
  const worker = fork(file, { execArgv: ['--conditions=@parley/source', '--import=tsx'] });
  const told: readonly unknown[] = await once(worker, 'message');
  const pids = Array.isArray(told[0]) ? told[0].map(Number) : [];
  return { worker, pids };
}

/** Settles once none of them runs any more. */
async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await new Promise((resolve) => void setImmediate(resolve));
}

test('job processes do not outlive a worker that is killed', async () => {
  const { worker, pids } = await startWorker();
  expect(pids.map(isRunning)).toEqual([true, true]);
  worker.kill('SIGKILL');
  await once(worker, 'close');
  await gone(pids);
  expect(pids.filter(isRunning)).toEqual([]);
});

test('job processes leave SIGINT and SIGTERM to their worker, which ends them in order', async () => {
  const { worker, pids } = await startWorker();
  for (const pid of pids) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
  worker.send('close');
  const told: readonly unknown[] = await once(worker, 'message');
  // The job was still there to be ended in order.
  expect(told[0]).toEqual(['j1 running', 'j1 succeeded']);
  await once(worker, 'close');
  expect(pids.filter(isRunning)).toEqual([]);
});

test('a worker that ends in the midst of something takes its job processes along', async () => {
  const { worker, pids } = await startWorker();
  worker.send('exit');
  await once(worker, 'close');
  await gone(pids);
  expect(pids.filter(isRunning)).toEqual([]);
});
