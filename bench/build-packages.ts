import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { repositoryFolder } from './repository-folder.js';

const root = fileURLToPath(repositoryFolder);
/** Of each package, and of the measurements themselves. */
const built = [
  'bench/dist/run-measurement.mjs',
  'bench/dist/room-worker.mjs',
  'packages/core/dist/index.mjs',
  'packages/livekit/dist/index.mjs',
  'plugins/deepgram/dist/index.mjs',
  'plugins/elevenlabs/dist/index.mjs',
  'plugins/openai/dist/index.mjs',
  'plugins/silero/dist/index.mjs',
  'plugins/local/dist/index.mjs',
];

/**
 * Builds what is measured. Nothing is done where the sources have not changed since.
 *
 * @throws {Error} The build failed; what it said has been shown.
 */
export function buildPackages(): void {
  const parameters = ['scripts/turbo.mjs', 'run', 'build', '--filter=@parley/bench...', '--output-logs=errors-only'];
  const { status, error } = spawnSync(process.execPath, parameters, { cwd: root, stdio: ['ignore', process.stderr, process.stderr] });
  if (error !== undefined || status !== 0)
    throw new Error(`the build failed (exit code ${status}): nothing was measured`, { cause: error });
}

/** Names the built files that are missing, if any are: a build would make them. */
export const missingBuilds = (): readonly string[] => built.filter((path) => !existsSync(new URL(path, repositoryFolder)));
