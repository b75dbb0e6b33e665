import { createDeferred } from '@parley/core/provider-kit';
import type { Dispatcher, Logger } from '@parley/core/provider';
import { Worker } from '@parley/core/worker';
import { exitCodes } from './exit-codes.js';
import { observedDispatcher } from './observed-dispatcher.js';
import { agentOf } from './run-worker.js';
import type { SettledOptions } from './settle-options.js';
import { onStopSignals } from './stop-signals.js';
import type { Surroundings } from './surroundings.js';

interface OneJob {
  readonly options: SettledOptions;
  readonly logger: Logger;
  readonly surroundings: Surroundings;
}

/** A worker that ends with the one job that its dispatcher gives it. */
export async function runOneJob(given: Dispatcher, { options, logger, surroundings }: OneJob): Promise<number> {
  const ended = createDeferred<'succeeded' | 'failed'>();
  await using dispatcher = observedDispatcher(given, { onEnd: ended.resolve });
  const worker = new Worker({
    ...options.worker,
    agent: agentOf(options),
    dispatcher,
    logger,
    development: true,
    port: null,
    request: null,
    maxJobs: 1,
    jobsPerProcess: 1,
    idleProcesses: 0,
    onJobFailed: 'leave',
  });
  using _ = onStopSignals(surroundings.clock, () => void worker.close());
  void ended.promise.then(() => worker.close());
  await worker.run();
  // It was closed by a signal before there was a job.
  ended.resolve('succeeded');
  return (await ended.promise) === 'succeeded' ? exitCodes.inOrder : exitCodes.failed;
}
