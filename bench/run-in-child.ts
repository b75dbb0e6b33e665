import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type BenchRow, readBenchRows } from './bench-row.js';
import type { Measurement } from './measurement.js';
import { repositoryFolder } from './repository-folder.js';
import { type BenchServer, serverInEnvironment } from './rooms/bench-server.js';
import type { SubjectName } from './subject.js';

/** Longer than any measurement takes. */
const timeoutMs = 600_000;
const program = fileURLToPath(new URL('bench/dist/run-measurement.mjs', repositoryFolder));

export interface RunInChildOptions {
  readonly isQuick: boolean;
  readonly subject: SubjectName;
  /** Where to write a CPU profile of the run, if one is wanted. */
  readonly profilePath?: string | undefined;
  /** For what is measured in rooms. */
  readonly server?: BenchServer | undefined;
}

/**
 * One run of a measurement in a process of its own, so that none inherits another's heap and compiled code.
 *
 * @throws {Error} The process failed, or did not end in time; what it wrote to standard error has been shown.
 */
export function runInChild(measurement: Measurement, options: RunInChildOptions): Promise<readonly BenchRow[]> {
  const { isQuick, subject, profilePath, server } = options;
  const size = isQuick ? 'quick' : 'full';
  const child = fork(program, [measurement.name, size, subject, ...(profilePath === undefined ? [] : [profilePath])], {
    // Not this process's own: what is measured runs as built, without a compiler beside it.
    execArgv: [...(measurement.nodeFlags ?? [])],
    timeout: timeoutMs,
    // Standard output is the table's, and what the peer may print is nobody's.
    stdio: ['ignore', subject === 'peer' ? 'ignore' : process.stderr, process.stderr, 'ipc'],
    env: { ...cleanEnvironment(), ...(server === undefined ? {} : serverInEnvironment(server)) },
  });
  return new Promise((resolve, reject) => {
    let answer: unknown;
    child.once('message', (message) => {
      answer = message;
    });
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      try {
        if (code !== 0) throw new Error(`${measurement.name} ended with ${signal ?? `exit code ${code}`}`);
        resolve(readBenchRows(answer));
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** Nothing of a deployment that may be set up on this machine; and libraries that are not to print what they do. */
const cleanEnvironment = (): Readonly<Record<string, string | undefined>> => ({
  ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('LIVEKIT_'))),
  NODE_ENV: 'production',
});
