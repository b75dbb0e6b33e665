// A worker in a process of its own, at the server that the environment names, with ten jobs a process. Tells its parent each line of its log,
// and how it stands: when it is asked, and when it has ended.
import { Worker } from '@parley/core/worker';
import { livekitDispatcher } from '../dispatch/livekit-dispatcher.js';
import type { DeskWorkerMessage } from './desk-trial.js';

const say = (message: DeskWorkerMessage) => void process.send?.(message);

const worker = new Worker({
  agent: new URL('desk-agent.ts', import.meta.url),
  dispatcher: livekitDispatcher({ agentName: 'desk' }),
  port: null,
  jobsPerProcess: 10,
  idleProcesses: 1,
  maxJobs: 50,
  loadThreshold: 1,
  // Of slots, not of this machine's processor: the server is to share the jobs out evenly.
  load: ({ jobs }) => Math.min(0.99, jobs / Number(process.env['DESK_JOBS'])),
  initializeTimeoutMs: 60_000,
  logger: { log: (level, message, fields) => say({ type: 'line', line: `${level} ${message} ${JSON.stringify(fields ?? {})}` }) },
});
const tell = () => say({ type: 'status', status: worker.status });

/** `status`, or how long a drain may take, in milliseconds. */
process.on('message', (told) => {
  if (told === 'status') tell();
  else void worker.drain({ timeoutMs: Number(told) });
});
process.once('disconnect', () => process.exit());

async function run(): Promise<void> {
  await worker.run();
  tell();
  process.disconnect();
}

void run();
