import { InlineHost } from './inline-host.js';
import { forkProcesses } from './fork-process.js';
import type { JobHost } from './job-host.js';
import { ProcessPool } from './process-pool.js';
import type { SettledWorkerOptions } from './worker-options.js';

/** Where the jobs of a worker with these options run. @throws {WorkerError} code `agent`: it cannot be run as it is. */
export function createJobHost(options: SettledWorkerOptions, cores: number): JobHost {
  const { agent, isolation, execArgv, memoryWarnMb, memoryLimitMb } = options;
  if (isolation === 'inline' || typeof agent !== 'string') return new InlineHost(options);
  return new ProcessPool({
    ...options,
    agent,
    transport: options.dispatcher.transport,
    startProcess: forkProcesses({ agent, execArgv }),
    memory: { warnMb: memoryWarnMb, limitMb: memoryLimitMb },
    mostStarting: cores,
  });
}
