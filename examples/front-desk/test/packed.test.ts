import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, test } from 'vitest';

const repository = fileURLToPath(new URL('../../../', import.meta.url));
const example = fileURLToPath(new URL('../', import.meta.url));
const packages = ['packages/core', 'packages/cli', 'plugins/silero', 'plugins/local'];
const folder = mkdtempSync(join(tmpdir(), 'parley-packed-'));

afterAll(() => rmSync(folder, { recursive: true }));

const npm = (args: readonly string[], cwd: string): string =>
  execFileSync('npm', [...args], {
    cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, npm_config_loglevel: 'error' },
  });

test('the demo runs from packed tarballs, in a folder that holds nothing else', () => {
  npm(['run', 'build'], repository);
  for (const path of packages) npm(['pack', '--pack-destination', folder], join(repository, path));
  const tarballs = readdirSync(folder).filter((name) => name.endsWith('.tgz'));
  expect(tarballs).toHaveLength(packages.length);

  for (const part of ['main.ts', 'src', 'caller.wav', 'package.json']) cpSync(join(example, part), join(folder, part), { recursive: true });
  const manifest = readManifest(join(folder, 'package.json'));
  // Ours from the tarballs, the rest as anybody would get it.
  const others = Object.entries(manifest.dependencies).filter(([name]) => !name.startsWith('@parley/'));
  const ours = tarballs.map((name) => [`@parley/${name.replace(/^parley-(.*)-\d+\.\d+\.\d+.*\.tgz$/, '$1')}`, `file:${name}`]);
  writeFileSync(
    join(folder, 'package.json'),
    JSON.stringify({ private: true, type: 'module', dependencies: Object.fromEntries([...others, ...ours]) }),
  );
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline'], folder);

  const output = execFileSync(process.execPath, ['--import', 'tsx', 'main.ts', '--fast', '--out', join(folder, 'out')], {
    cwd: folder,
    encoding: 'utf8',
  });
  expect(output).toContain('friday at eight, 4 people');
  for (const name of ['call.wav', 'call.jsonl', 'call.html']) expect(statSync(join(folder, 'out', name)).size).toBeGreaterThan(10_000);
}, 300_000);

interface Manifest {
  readonly dependencies: Readonly<Record<string, string>>;
}

function readManifest(path: string): Manifest {
  const manifest: Manifest = JSON.parse(readFileSync(path, 'utf8'));
  return manifest;
}
