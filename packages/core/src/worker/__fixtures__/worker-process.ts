// A worker in a process of its own. Its argument is what the job does: see the scripted agent. Tells its parent the pids of its job processes once a job is under way, then does what it is told.
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { jobProcessMark } from '../job-process-mark.js';
import { runProcesses } from './process-worker.js';

const children: ChildProcess[] = [];
const hasProcess = (message: unknown): message is { readonly process: ChildProcess } =>
  typeof message === 'object' && message !== null && 'process' in message;

async function main(): Promise<void> {
  subscribe('child_process', (message) => void (hasProcess(message) && children.push(message.process)));
  const { worker, dispatcher, logged } = await runProcesses({ idleProcesses: 1, maxJobs: 2 });
  await dispatcher.offer({ id: 'j1', metadata: process.argv[2] ?? 'talk' });
  await logged('the scripted room was joined');
  while (worker.status.processes.idle === 0) await new Promise((resolve) => void setImmediate(resolve));
  process.on('message', (told) => {
    if (told === 'exit') process.exit(5);
    void worker.close().then(() => {
      process.send?.(dispatcher.reports.map(({ jobId, status }) => `${jobId} ${status}`));
      process.disconnect();
    });
  });
  process.send?.(children.flatMap(({ pid, spawnargs }) => (spawnargs.includes(jobProcessMark) ? [pid] : [])));
}

void main();
