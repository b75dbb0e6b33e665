import { isAPIError } from '@parley/core';
import { isWorkerError } from '@parley/core/worker';
import type { AppOptions } from './app-options.js';
import { runFileCall } from './call/run-file-call.js';
import { runRoomCall } from './call/run-room-call.js';
import { connectRoom } from './connect-room.js';
import { createLogger } from './create-logger.js';
import { devMark } from './dev/dev-process.js';
import { runDev } from './dev/run-dev.js';
import { runDevWorker } from './dev/run-dev-worker.js';
import { downloadFiles } from './doctor/download-files.js';
import { runDoctor } from './doctor/run-doctor.js';
import { exitCodes } from './exit-codes.js';
import { type Arguments, helpText, readArguments } from './read-arguments.js';
import { runWorker } from './run-worker.js';
import { settleOptions } from './settle-options.js';
import type { Surroundings } from './surroundings.js';
import { UsageError } from './usage-error.js';

/**
 * One command, from its arguments to its exit code. Never rejects: what goes wrong is one line on `errors`.
 *
 * @param argv What follows the program's name.
 */
export async function runCommand(argv: readonly string[], options: AppOptions, surroundings: Surroundings): Promise<number> {
  const { screen, errors } = surroundings;
  const isAgentGiven = options.agent !== undefined && options.agent !== null;
  try {
    const read = readArguments(argv, isAgentGiven);
    if (read === 'help') {
      screen.write(`${helpText('parley', isAgentGiven ? 'given' : 'named')}\n`);
      return exitCodes.inOrder;
    }
    return await run(read, options, surroundings);
  } catch (error) {
    errors.write(`parley: ${told(error)}\n`);
    return error instanceof UsageError || error instanceof TypeError || error instanceof RangeError
      ? exitCodes.usedWrongly
      : exitCodes.failed;
  }
}

async function run(read: Arguments, options: AppOptions, surroundings: Surroundings): Promise<number> {
  const settled = settleOptions(read, options, surroundings.environment);
  const logger = createLogger(settled, surroundings);
  switch (read.command) {
    case 'start':
      return runWorker(settled, surroundings, logger);
    case 'dev':
      if (surroundings.environment[devMark] !== undefined) return runDevWorker(settled, logger);
      return runDev(settled, read, { logger, surroundings });
    case 'connect':
      return connectRoom(settled, read, { logger, surroundings });
    case 'doctor':
      return runDoctor(settled, surroundings);
    case 'download-files':
      return downloadFiles(surroundings, logger);
    case 'call':
      if (read.flags.room !== undefined) return runRoomCall(settled, read.flags.room, { read, logger, surroundings });
      return runFileCall(settled, read, { logger, surroundings });
    default:
      return read.command satisfies never;
  }
}

/** Errors of ours say what to do; of others it helps to see where they come from. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const isOurs =
    error instanceof UsageError || isWorkerError(error) || isAPIError(error) || error instanceof TypeError || error instanceof RangeError;
  return isOurs ? error.message.replace(/^livekit: /, '') : (error.stack ?? error.message);
}
