// @ts-check
// Whether the plugins that are out there work with the core that comes next: installs the last released version of each with core as it is
// here, and has the conformance kit prove it. `npm run released` builds first.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { publishedPackages } from './check/published-packages.mjs';
import { startRegistry } from './published/local-registry.mjs';
import { packPackage } from './published/pack-package.mjs';
import { publishAs, repackAs } from './published/other-version.mjs';
import { runCommand } from './published/run-command.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));

const help = `npm run released [-- PLUGIN...] [--registry URL] [--level N]

Installs the last released version of the plugins named (deepgram), or of all, beside this core as its next minor version, and proves them
with the conformance kit up to level N, 2 by default. They come from the registry given. Without one from a registry on loopback, where
copies of them as they are here are published under an older version: this shows that the mechanism works.`;

/** Older than any release. */
const olderVersion = '0.9.0';

/** Of what the kit printed: its table, and the first rules that are not kept. */
const mostPrinted = 4000;

/** @param {string} version */
const nextMinor = (version) => version.replace(/^(\d+)\.(\d+)\..*$/, (_, major, minor) => `${major}.${Number(minor) + 1}.0`);

/** @param {string} path @returns {{ readonly version: string; readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>> }} */
const manifestIn = (path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));

/**
 * @param {string} name
 * @param {{ readonly current: string; readonly level: string }} options
 * @returns {string | undefined} What is wrong.
 */
function problemOf(name, { current, level }) {
  const startedAt = performance.now();
  const report = join(current, 'report.json');
  rmSync(report, { force: true });
  let printed = '';
  try {
    printed = runCommand(`npx --no-install parley-conformance ${name} --level ${level} --json ${report}`, { folder: current });
  } catch (error) {
    printed = error instanceof Error ? error.message : String(error);
  }
  const { package: own, result } = existsSync(report)
    ? JSON.parse(readFileSync(report, 'utf8'))
    : { package: undefined, result: 'no report' };
  const core = manifestIn(join(current, 'node_modules/@parley/core')).version;
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name} ${own?.version} with core ${core}: ${result}, up to level ${level} (${seconds} s)`);
  return result === 'conforms' ? undefined : printed.slice(0, mostPrinted);
}

/** What a plugin needs to work, and an application installs by its name. @param {string} name @param {string} current */
const optionalPeers = (name, current) =>
  Object.entries(manifestIn(join(current, 'node_modules', name)).peerDependenciesMeta ?? {}).flatMap(([peer, { optional }]) =>
    optional === true ? [peer] : [],
  );

/** @param {{ readonly registry: string; readonly names: readonly string[]; readonly level: string; readonly work: string }} options */
function prove({ registry, names, level, work }) {
  const current = join(work, 'empty-folder');
  mkdirSync(current);
  writeFileSync(join(current, 'package.json'), JSON.stringify({ name: 'empty-folder', private: true, type: 'module' }));
  writeFileSync(join(current, '.npmrc'), `@parley:registry=${registry}\nignore-scripts=true\n`);
  const core = join(folder, 'packages/core');
  const tarballs = [
    repackAs({ tarball: packPackage(core, work), version: nextMinor(manifestIn(core).version), into: work }),
    packPackage(join(folder, 'test-harness'), work),
  ];
  runCommand(`npm install ${tarballs.join(' ')} ${names.map((name) => `${name}@latest`).join(' ')}`, { folder: current });
  const peers = names.flatMap((name) => optionalPeers(name, current));
  if (peers.length > 0) runCommand(`npm install ${peers.join(' ')}`, { folder: current });
  const problems = names.flatMap((name) => problemOf(name, { current, level }) ?? []);
  for (const problem of problems) console.error(problem);
  return { passed: names.length - problems.length, failed: problems.length };
}

async function main() {
  const { values, positionals } = parseArgs({
    options: {
      help: { type: 'boolean', short: 'h' },
      registry: { type: 'string' },
      level: { type: 'string', default: '2' },
      report: { type: 'string' },
    },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const plugins = publishedPackages(folder).filter(
    ({ path }) => path.startsWith('plugins/') && (positionals.length === 0 || positionals.includes(path.slice('plugins/'.length))),
  );
  const names = plugins.map(({ manifest }) => manifest.name);
  const work = mkdtempSync(join(tmpdir(), 'parley-released-'));
  let counts = { passed: 0, failed: 1 };
  try {
    const local = values.registry === undefined ? await startRegistry(join(work, 'registry')) : undefined;
    try {
      const registry = local?.url ?? values.registry ?? '';
      if (local !== undefined) {
        for (const { path } of plugins)
          publishAs({ tarball: packPackage(join(folder, path), work), version: olderVersion, registry, into: work });
      }
      counts = prove({ registry, names, level: values.level, work });
    } finally {
      await local?.close();
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
    if (values.report !== undefined) writeFileSync(values.report, JSON.stringify(counts));
  }
  return counts.failed === 0 && counts.passed > 0 ? 0 : 1;
}

process.exitCode = await main();
