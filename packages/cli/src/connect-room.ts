import { createDeferred } from '@parley/core/provider-kit';
import { Worker } from '@parley/core/worker';
import type { Logger } from '@parley/core/provider';
import { exitCodes } from './exit-codes.js';
import { loadLiveKit } from './load-livekit.js';
import { observedDispatcher } from './observed-dispatcher.js';
import type { Arguments } from './read-arguments.js';
import { agentOf } from './run-worker.js';
import type { SettledOptions } from './settle-options.js';
import { onStopSignals } from './stop-signals.js';
import type { Surroundings } from './surroundings.js';
import { UsageError } from './usage-error.js';

/**
 * Has the agent join one room now, and stays until its call is over or a signal comes.
 *
 * @returns The exit code: 1 if the job has failed.
 * @throws {UsageError} No room was named.
 */
export async function connectRoom(
  options: SettledOptions,
  { flags }: Arguments,
  { logger, surroundings }: { readonly logger: Logger; readonly surroundings: Surroundings },
): Promise<number> {
  const { room, metadata } = flags;
  if (room === undefined) throw new UsageError('connect needs the name of a room: --room NAME');
  const { livekitRoomDispatcher } = await loadLiveKit();
  const { url, apiKey, apiSecret } = options.liveKit;
  return runOneJob(livekitRoomDispatcher({ room, metadata, url, apiKey, apiSecret }), { options, logger, surroundings });
}

interface OneJob {
  readonly options: SettledOptions;
  readonly logger: Logger;
  readonly surroundings: Surroundings;
}

/** A worker that ends with the one job that its dispatcher gives it. */
export async function runOneJob(
  given: Parameters<typeof observedDispatcher>[0],
  { options, logger, surroundings }: OneJob,
): Promise<number> {
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
