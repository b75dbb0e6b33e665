import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { repositoryFolder } from './repository-folder.js';

const folder = new URL('bench/peer/', repositoryFolder);
const timeoutMs = 300_000;

/** What Parley is measured beside. */
export const peerName = '@livekit/agents';

/** What the peer's manifest asks for, and what is installed: the versions. */
const wanted = (): string => versionIn(new URL('package.json', folder), ['dependencies', peerName]) ?? 'unknown';
const installed = (): string | undefined => versionIn(new URL(`node_modules/${peerName}/package.json`, folder), ['version']);

/**
 * Installs the peer in bench/peer, from npm and without running any of its scripts, if it is not there yet.
 *
 * @returns Its version.
 * @throws {Error} It could not be installed; what npm said has been shown.
 */
export function installPeer(): string {
  const version = wanted();
  if (installed() === version) return version;
  console.error(`Installing ${peerName} ${version} in bench/peer ...`);
  const { status, error } = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock'], {
    cwd: fileURLToPath(folder),
    stdio: ['ignore', process.stderr, process.stderr],
    timeout: timeoutMs,
    // The npm that started this one has told it which workspace it is in.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(workspace|local_prefix|prefix)/i.test(name))),
    shell: process.platform === 'win32',
  });
  if (error !== undefined || status !== 0 || installed() !== version) {
    throw new Error(`${peerName} ${version} could not be installed (exit code ${status}); --no-peer measures without it`, { cause: error });
  }
  return version;
}

function versionIn(manifest: URL, path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(readFileSync(manifest, 'utf8'));
  } catch {
    return undefined;
  }
  for (const name of path) value = Reflect.get(Object(value), name);
  return typeof value === 'string' ? value : undefined;
}
