import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileIO, isWavError } from '@parley/core';
import type { Logger } from '@parley/core/provider';
import { callPaths } from '../call-view/call-files.js';
import type { Arguments } from '../read-arguments.js';
import { agentOf } from '../run-worker.js';
import { runOneJob } from '../run-one-job.js';
import type { SettledOptions } from '../settle-options.js';
import type { Surroundings } from '../surroundings.js';
import { UsageError } from '../usage-error.js';
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
  { words, flags }: Arguments,
  { logger, surroundings }: { readonly logger: Logger; readonly surroundings: Surroundings },
): Promise<number> {
  const { folder: from, screen } = surroundings;
  agentOf(options);
  const recording = words.at(-1);
  if (recording === undefined || (words.length === 1 && recording === options.agent))
    throw new UsageError('call needs a recording of what the caller says: a WAV file');
  const input = resolve(from, recording);
  const folder = resolve(from, flags.out ?? 'call-out');
  const paths = callPaths(folder);
  if (paths.wav === input) throw new UsageError(`${input}: is the recording and would be overwritten; choose another folder with --out`);
  await checkRecording(input);
  await makeFolder(folder);
  const connection = fileConnection({ input, folder, title: `A call: ${relative(from, input)}` });
  const code = await runOneJob(fileCallDispatcher({ connection, metadata: flags.metadata ?? '' }), { options, logger, surroundings });
  const written = [paths.wav, paths.jsonl, paths.html].map((path) => shortPath(path, from));
  if (code === 0) screen.write(`\n  Written: ${written.join(', ')}\n`);
  return code;
}

/** Before a process is started for it, and a file of ours is opened. */
async function checkRecording(path: string): Promise<void> {
  try {
    const probe = await fileIO({ input: path });
    await probe[Symbol.asyncDispose]();
  } catch (error) {
    if (isWavError(error)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${path}: no folder can be made there (${code})`, { cause: error });
  }
}

/** From where the user stands, if it lies below. */
function shortPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') ? path : short;
}
