import { execFile } from 'node:child_process';
import { lstat, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { BenchRow } from './bench-row.js';
import type { MeasureOptions } from './measurement.js';
import { repositoryFolder } from './repository-folder.js';

const run = promisify(execFile);
const timeoutMs = 300_000;
const cloudAgent = ['packages/core', 'packages/livekit', 'plugins/openai', 'plugins/deepgram', 'plugins/elevenlabs'];
const atMostMb = 120;

/**
 * What an application installs, dependencies included, packed as published and installed by npm into an empty folder, no script run: bytes in
 * files, in megabytes of a million. Silero apart: most of it is the runtime of its model. Of the peer, its package alone, with no vendor.
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
    for (const path of packages) await npm(['pack', fileURLToPath(new URL(path, repositoryFolder)), '--silent'], folder);
    const tarballs = (await readdir(folder)).filter((name) => name.endsWith('.tgz')).map((name) => `./${name}`);
    await npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...tarballs], folder);
    return await sizeMb(join(folder, 'node_modules'));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** The npm that started this process has told it which workspace it is in: that is not the folder's. */
async function npm(parameters: readonly string[], folder: string): Promise<void> {
  const env = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^npm_(config_(workspace|local_prefix|prefix)|package|lifecycle)/i.test(name)),
  );
  await run('npm', [...parameters], { cwd: folder, env, timeout: timeoutMs, shell: process.platform === 'win32' });
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
