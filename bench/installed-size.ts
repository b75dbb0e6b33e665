import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packPackage } from '../scripts/published/pack-package.mjs';
import { runCommand } from '../scripts/published/run-command.mjs';
import type { BenchRow } from './bench-row.js';
import type { MeasureOptions } from './measurement.js';
import { repositoryFolder } from './repository-folder.js';

const cloudAgent = ['packages/core', 'packages/livekit', 'plugins/openai', 'plugins/deepgram', 'plugins/elevenlabs'];
const atMostMb = 120;

/**
 * What an application installs, dependencies included, packed as published and installed by npm into an empty folder, no script run: bytes in
 * files, in megabytes of a million. Silero apart, without the runtime of its model, which applications install beside it. Of the peer, its package
 * alone, with no vendor.
 */
export async function measureInstalledSize({ subject }: MeasureOptions): Promise<readonly BenchRow[]> {
  if (subject.name === 'peer') return [row('installed: core alone', await sizeMb(new URL('bench/peer/node_modules', repositoryFolder)))];
  const [core, agent, withSilero] = [
    await installedMb(['packages/core']),
    await installedMb(cloudAgent),
    await installedMb([...cloudAgent, 'plugins/silero']),
  ];
  return [
    row('installed: core alone', core),
    { ...row('installed: core, livekit, openai, deepgram, elevenlabs', agent), atMost: atMostMb },
    row('installed: what silero adds', withSilero - agent),
  ];
}

const row = (what: string, figure: number): BenchRow => ({ what, figures: [figure], unit: 'MB' });

async function installedMb(packages: readonly string[]): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'parley-installed-'));
  try {
    await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'empty-folder', private: true }));
    const tarballs = packages.map((path) => packPackage(fileURLToPath(new URL(path, repositoryFolder)), folder));
    runCommand(`npm install --ignore-scripts --no-audit --no-fund ${tarballs.join(' ')}`, { folder });
    return await sizeMb(join(folder, 'node_modules'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function sizeMb(folder: string | URL): Promise<number> {
  const path = typeof folder === 'string' ? folder : fileURLToPath(folder);
  const entries = await readdir(path, { recursive: true });
  let bytes = 0;
  for (const entry of entries) {
    const file = await lstat(join(path, entry));
    if (file.isFile()) bytes += file.size;
  }
  return bytes / 1e6;
}
