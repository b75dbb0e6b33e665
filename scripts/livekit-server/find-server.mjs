// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

export const serverVersion = '1.9.12';
const goModule = `github.com/livekit/livekit-server/cmd/server@v${serverVersion}`;
/** It compiles some thousand packages: minutes on two cores. */
const installMs = 20 * 60_000;

const cacheFolder = () => join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'parley', `livekit-server-${serverVersion}`);

/**
 * Where `livekit-server` is: named by `PARLEY_LIVEKIT_SERVER`, on the PATH, or in the cache that `installServer` fills.
 *
 * @returns {string | undefined}
 */
export function findServer() {
  const named = process.env['PARLEY_LIVEKIT_SERVER'];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'livekit-server'));
  return [...(named ? [named] : []), ...onPath, join(cacheFolder(), 'livekit-server')].find((file) => existsSync(file));
}

/**
 * Builds the server from the Go module proxy into `~/.cache/parley`, which takes minutes. Needs `go` 1.21 or newer, which fetches a newer one
 * for itself if the server asks for it.
 *
 * @returns {string} Where it is.
 * @throws {Error} There is no `go`, or it failed.
 */
export function installServer() {
  const folder = cacheFolder();
  const building = `${folder}.building-${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    const { status, error } = spawnSync('go', ['install', goModule], {
      env: { ...process.env, GOBIN: building, GOFLAGS: '', GOTOOLCHAIN: process.env['GOTOOLCHAIN'] || 'auto' },
      // What it says is for whoever waits; the path is all that goes to standard output.
      stdio: ['ignore', 2, 2],
      timeout: installMs,
    });
    if (error !== undefined || status !== 0) {
      throw new Error(`go install ${goModule} ${error === undefined ? `ended with ${status}` : `failed: ${error.message}`}`);
    }
    mkdirSync(folder, { recursive: true });
    // The module's folder is called cmd/server, and so is what comes of it.
    renameSync(join(building, 'server'), join(folder, 'livekit-server'));
    return join(folder, 'livekit-server');
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}
