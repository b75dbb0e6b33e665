import { Worker } from '@parley/core/worker';
import type { Logger } from '@parley/core/provider';
import { exitCodes } from '../exit-codes.js';
import { observedDispatcher } from '../observed-dispatcher.js';
import { agentOf, dispatcherOf, tellRegistered } from '../run-worker.js';
import type { SettledOptions } from '../settle-options.js';
import type { DevNews } from './dev-process.js';

const ignore = () => {};

/** The worker that `dev` has started in this process: does what it says, and ends with it. */
export async function runDevWorker(options: SettledOptions, logger: Logger): Promise<number> {
  // A terminal sends them to all processes of the group: whoever watches the files decides.
  process.on('SIGINT', ignore);
  process.on('SIGTERM', ignore);
  const tell = (news: DevNews) => void process.send?.(news, undefined, {}, () => {});
  const onRegistered = () => {
    tell('registered');
    tellRegistered(options, logger);
  };
  await using dispatcher = observedDispatcher(await dispatcherOf(options), { onRegistered });
  const worker = new Worker({ ...options.worker, agent: agentOf(options), dispatcher, logger, development: true });
  const onMessage = (order: unknown) => {
    if (order === 'drain') void worker.drain();
    if (order === 'close') void worker.close();
  };
  const onDisconnect = () => void worker.close();
  process.on('message', onMessage);
  process.once('disconnect', onDisconnect);
  try {
    await worker.run();
    return exitCodes.inOrder;
  } finally {
    process.off('message', onMessage);
    process.off('disconnect', onDisconnect);
    if (process.connected) process.disconnect();
  }
}
