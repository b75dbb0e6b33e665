import { relative } from 'node:path';
import type { Logger } from '@parley/core/provider';
import { callPaths } from '../call-view/call-files.js';
import type { Arguments } from '../read-arguments.js';
import { agentOf } from '../run-worker.js';
import { runOneJob } from '../run-one-job.js';
import type { SettledOptions } from '../settle-options.js';
import type { Surroundings } from '../surroundings.js';
import { callFolder, checkRecording, recordingOf, shortPath } from './call-recording.js';
import { fileCallDispatcher } from './file-call-dispatcher.js';
import { fileConnection } from './file-connection.js';

/**
 * A call on this machine, without a server: a recorded caller calls the agent, which hears, thinks and speaks as in a room.
 *
 * @returns The exit code: 1 if the job has failed.
 * @throws {UsageError} There is no recording, it cannot be used, or the call's files cannot be written.
 */
export async function runFileCall(
  options: SettledOptions,
  read: Arguments,
  { logger, surroundings }: { readonly logger: Logger; readonly surroundings: Surroundings },
): Promise<number> {
  const { folder: from, screen } = surroundings;
  agentOf(options);
  const input = recordingOf(options, from);
  await checkRecording(input);
  const folder = await callFolder(read, input, from);
  const paths = callPaths(folder);
  const connection = fileConnection({ input, folder, title: `A call: ${relative(from, input)}` });
  const code = await runOneJob(fileCallDispatcher({ connection, metadata: read.flags.metadata ?? '' }), { options, logger, surroundings });
  const written = [paths.wav, paths.jsonl, paths.html].map((path) => shortPath(path, from));
  if (code === 0) screen.write(`\n  Written: ${written.join(', ')}\n`);
  return code;
}
