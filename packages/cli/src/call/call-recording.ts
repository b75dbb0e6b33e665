import { mkdir } from 'node:fs/promises';
import { relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fileIO, isWavError } from '@parley/core';
import { callPaths } from '../call-view/call-files.js';
import type { Arguments } from '../read-arguments.js';
import type { SettledOptions } from '../settle-options.js';
import { UsageError } from '../usage-error.js';

/**
 * The file that holds what the caller says: named on the command line, else the program's.
 *
 * @throws {UsageError} There is none.
 */
export function recordingOf({ recording, recordingWord }: SettledOptions, folder: string): string {
  if (recordingWord !== undefined) return resolve(folder, recordingWord);
  if (recording === undefined) throw new UsageError('call needs a recording of what the caller says: a WAV file');
  return String(recording).startsWith('file:') ? fileURLToPath(recording) : resolve(String(recording));
}

/** Before a process is started for it, and a file of ours is opened. @throws {UsageError} It cannot be used. */
export async function checkRecording(path: string): Promise<void> {
  try {
    const probe = await fileIO({ input: path });
    await probe[Symbol.asyncDispose]();
  } catch (error) {
    if (isWavError(error)) throw new UsageError(error.message, { cause: error });
    throw error;
  }
}

/** Makes the folder for the call's files. @throws {UsageError} It cannot be made, or the recording would be overwritten. */
export async function callFolder({ flags }: Arguments, recording: string, from: string): Promise<string> {
  const folder = resolve(from, flags.out ?? 'call-out');
  if (callPaths(folder).wav === recording)
    throw new UsageError(`${recording}: is the recording and would be overwritten; choose another folder with --out`);
  try {
    await mkdir(folder, { recursive: true });
    return folder;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${folder}: no folder can be made there (${code})`, { cause: error });
  }
}

/** From where the user stands, if it lies below. */
export function shortPath(path: string, folder: string): string {
  const short = relative(folder, path);
  return short.startsWith('..') ? path : short;
}
