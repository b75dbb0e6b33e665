// Built into a file of its own: our worker, as an operator runs one, that says when jobs are offered and answers when asked.
import { livekitDispatcher } from '@parley/livekit';
import { Worker } from '@parley/core/worker';
import { monotonicMs } from './monotonic-ms.js';
import { readWorkerSettings, type WorkerMessage } from './worker-messages.js';

const { agentName, idleProcesses, jobsPerProcess, healthPort, url, apiKey, apiSecret } = readWorkerSettings(process.argv[2]);
const tell = (message: WorkerMessage): void => void process.send?.(message);

const worker = new Worker({
  agent: new URL('room-agent.mjs', import.meta.url),
  dispatcher: livekitDispatcher({ url, apiKey, apiSecret, agentName }),
  idleProcesses,
  jobsPerProcess,
  initializeTimeoutMs: 60_000,
  host: '127.0.0.1',
  port: healthPort,
  // Whatever else the machine does, the jobs of the bench are taken.
  load: () => 0,
  request: (request) => {
    tell({ type: 'offer', room: request.job.roomName ?? '', atMs: monotonicMs() });
    request.accept();
  },
  logger: {
    log: (level, message, fields) => {
      if (message === 'the worker is registered') tell({ type: 'registered' });
      if (level === 'error') console.error(`worker: ${message} ${JSON.stringify(fields)}`);
    },
  },
});

process.on('message', (question) => {
  if (question === 'collect') globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  tell({ type: 'status', activeJobs: worker.status.activeJobs, heapMb: (heapUsed + external) / 1e6 });
});
process.once('disconnect', () => void worker.close());
await worker.run();
process.exit(0);
