// @ts-check
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

export const serverVersion = '1.9.12';
const goModule = `github.com/livekit/livekit-server/cmd/server@v${serverVersion}`;
/** The one that the server's module names. */
const toolchain = 'go1.24.6';
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
 * Builds the server from the Go module proxy into `~/.cache/parley`, which takes minutes. Needs `go`, of any version with modules.
 *
 * @returns {string} Where it is.
 * @throws {Error} There is no `go`, or it failed.
 */
export function installServer() {
  const folder = cacheFolder();
  const building = `${folder}.building-${process.pid}`;
  mkdirSync(building, { recursive: true });
  try {
    // What it says is for whoever waits; the path is all that goes to standard output.
    go(newEnoughGo(), ['install', goModule], { stdio: ['ignore', 2, 2], env: { GOBIN: building, GOFLAGS: '', GOTOOLCHAIN: 'auto' } });
    mkdirSync(folder, { recursive: true });
    // The module's folder is called cmd/server, and so is what comes of it.
    renameSync(join(building, 'server'), join(folder, 'livekit-server'));
    return join(folder, 'livekit-server');
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

/** From 1.21 on `go` fetches the version that a module asks for; for an older one it is fetched here, from where `go` would take it too. */
function newEnoughGo() {
  const [, major = '0', minor = '0'] = /go(\d+)\.(\d+)/.exec(go('go', ['version'])) ?? [];
  if (Number(major) > 1 || Number(minor) >= 21) return 'go';
  const platform = go('go', ['env', 'GOOS', 'GOARCH']).trim().split('\n').join('-');
  /** @type {{ Dir: string }} */
  const { Dir } = JSON.parse(go('go', ['mod', 'download', '-json', `golang.org/toolchain@v0.0.1-${toolchain}.${platform}`]));
  // A module's files are not executable.
  const tools = join(Dir, 'pkg/tool');
  for (const folder of [join(Dir, 'bin'), ...readdirSync(tools).map((name) => join(tools, name))]) {
    for (const name of readdirSync(folder)) chmodSync(join(folder, name), 0o755);
  }
  return join(Dir, 'bin/go');
}

/**
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {{ stdio?: import('node:child_process').StdioOptions, env?: Record<string, string> }} [options]
 * @returns {string} What it wrote to standard output, if that is not led elsewhere.
 * @throws {Error} It is not there, or failed.
 */
function go(program, parameters, { stdio = ['ignore', 'pipe', 2], env = {} } = {}) {
  const { status, error, stdout } = spawnSync(program, parameters, {
    // One GOROOT does not fit another version.
    env: { ...process.env, GOROOT: '', ...env },
    cwd: tmpdir(),
    encoding: 'utf8',
    stdio,
    timeout: installMs,
  });
  if (error === undefined && status === 0) return stdout ?? '';
  throw new Error(`${program} ${parameters.join(' ')} ${error === undefined ? `ended with ${status}` : `failed: ${error.message}`}`);
}
