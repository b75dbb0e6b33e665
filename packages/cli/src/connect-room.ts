import type { Logger } from '@parley/core/provider';
import { loadLiveKit } from './load-livekit.js';
import type { Arguments } from './read-arguments.js';
import type { SettledOptions } from './settle-options.js';
import { runOneJob } from './run-one-job.js';
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
