import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { realClock } from '../time/real-clock.js';

/** Of other processes there is no event here, and they need the cores. */
const moment = () => new Promise<void>((resolve) => void realClock.after(10, resolve));
const isRunning = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

/** A worker in a process of its own, with a job under way; the pids of its job processes. */
async function startWorker(deed = 'talk') {
  const file = fileURLToPath(new URL('./__fixtures__/worker-process.ts', import.meta.url));
  const worker = fork(file, [deed], { execArgv: ['--conditions=@parley/source', '--import=tsx'], silent: true });
  let written = '';
  worker.stdout?.setEncoding('utf8').on('data', (text: string) => (written += text));
  const told: readonly unknown[] = await once(worker, 'message');
  const pids = Array.isArray(told[0]) ? told[0].map(Number) : [];
  /** Settles once the job has written this. */
  const wrote = async (text: string) => {
    while (!written.includes(text)) await moment();
  };
  return { worker, pids, wrote };
}

/** Settles once none of them runs any more. */
async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isRunning)) await moment();
}

test('job processes do not outlive a worker that is killed', async () => {
  const { worker, pids } = await startWorker();
  expect(pids.map(isRunning)).toEqual([true, true]);
  worker.kill('SIGKILL');
  await once(worker, 'close');
  await gone(pids);
  expect(pids.filter(isRunning)).toEqual([]);
});

test('nor does one whose event loop is blocked, and which cannot notice it', { timeout: 60_000 }, async () => {
  const { worker, pids, wrote } = await startWorker('hang');
  try {
    await wrote('it hangs');
    worker.kill('SIGKILL');
    await once(worker, 'close');
    await gone(pids);
    expect(pids).toHaveLength(2);
  } finally {
    for (const pid of pids.filter(isRunning)) process.kill(pid, 'SIGKILL');
  }
});

test('job processes leave SIGINT and SIGTERM to their worker, which ends them in order', async () => {
  const { worker, pids } = await startWorker();
  for (const pid of pids) for (const signal of ['SIGINT', 'SIGTERM'] as const) process.kill(pid, signal);
  worker.send('close');
  const told: readonly unknown[] = await once(worker, 'message');
  // The job was still there to be ended in order.
  expect(told[0]).toEqual(['j1 running', 'j1 failed']);
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
