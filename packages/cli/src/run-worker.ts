import { Worker } from '@parley/core/worker';
import type { Dispatcher, Logger } from '@parley/core/provider';
import { exitCodes } from './exit-codes.js';
import { loadLiveKit } from './load-livekit.js';
import { observedDispatcher } from './observed-dispatcher.js';
import type { SettledOptions } from './settle-options.js';
import { onStopSignals } from './stop-signals.js';
import type { Surroundings } from './surroundings.js';
import { UsageError } from './usage-error.js';

/** @throws {UsageError} None was named. */
export function agentOf({ agent }: Pick<SettledOptions, 'agent'>): string | URL {
  if (agent !== undefined) return agent;
  throw new UsageError('name the module of the agent, whose default export defineAgent made, such as agent.ts');
}

/** Where the jobs come from, and whether it is to be disposed of here. */
export async function dispatcherOf({ dispatcher, liveKit }: SettledOptions): Promise<Dispatcher> {
  if (dispatcher !== undefined && dispatcher !== null) return dispatcher;
  const { livekitDispatcher } = await loadLiveKit();
  return livekitDispatcher(liveKit);
}

/**
 * A worker for production, until a signal has drained it.
 *
 * @returns The exit code.
 * @throws What the worker fails with: it could not register, its port is in use.
 */
export async function runWorker(options: SettledOptions, { clock }: Surroundings, logger: Logger): Promise<number> {
  const agent = agentOf(options);
  const onRegistered = () => tellRegistered(options, logger);
  await using dispatcher = observedDispatcher(await dispatcherOf(options), { onRegistered });
  const worker = new Worker({ ...options.worker, agent, dispatcher, logger });
  using _ = onStopSignals(clock, (signal) => {
    logger.log('info', `${signal}: the worker takes no further call, and ends when the running ones have; a second signal ends it at once`);
    void worker.drain();
  });
  await worker.run();
  logger.log('info', 'the worker has ended');
  return exitCodes.inOrder;
}

export function tellRegistered({ onRegistered }: Pick<SettledOptions, 'onRegistered'>, logger: Logger): void {
  if (onRegistered === undefined || onRegistered === null) return;
  logger.log('info', onRegistered());
}
