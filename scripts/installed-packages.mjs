// @ts-check
// Installs core and all plugins, packed as they would be published, into an empty folder: by npm and by pnpm, without a flag, and without
// running an install script. Then each is imported and makes its providers there. `npm run installed` builds first.
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { publishedPackages } from './check/published-packages.mjs';
import { packPackage } from './published/pack-package.mjs';
import { packageTool } from './published/package-tools.mjs';
import { runCommand } from './published/run-command.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const program = fileURLToPath(new URL('published/use-plugins.mjs', import.meta.url));

/** pnpm runs no install script of a dependency unless it is told to; npm does, unless its settings tell it not to. */
const installers = /** @type {const} */ ([
  { name: 'npm', command: 'npm install', settings: 'ignore-scripts=true\n' },
  { name: 'pnpm', command: 'pnpm add', settings: '' },
]);

/** What npm has installed that would have run a script. @param {string} current */
function withInstallScript(current) {
  const lock = join(current, 'package-lock.json');
  if (!existsSync(lock)) return [];
  /** @type {{ readonly packages: Readonly<Record<string, { readonly hasInstallScript?: boolean }>> }} */
  const { packages } = JSON.parse(readFileSync(lock, 'utf8'));
  return Object.entries(packages).flatMap(([path, { hasInstallScript }]) => (hasInstallScript === true ? [path] : []));
}

/** @param {(typeof installers)[number]} installer @param {{ readonly work: string; readonly tarballs: readonly string[]; readonly names: readonly string[] }} options */
function tryInstaller({ name, command, settings }, { work, tarballs, names }) {
  const startedAt = performance.now();
  const current = join(work, name);
  mkdirSync(current);
  writeFileSync(join(current, 'package.json'), JSON.stringify({ name: 'empty-folder', private: true, type: 'module' }));
  writeFileSync(join(current, '.npmrc'), settings);
  const programs = name === 'pnpm' ? { pnpm: packageTool('pnpm') } : {};
  runCommand(`${command} ${tarballs.join(' ')}`, { folder: current, programs });
  copyFileSync(program, join(current, basename(program)));
  const used = runCommand(`node ${basename(program)} ${names.join(' ')}`, { folder: current });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${name} installs core and ${names.length} plugins, and each makes its providers (${seconds} s):\n${used}`);
  for (const path of withInstallScript(current)) console.log(`  ${path} has an install script, which did not run`);
}

function main() {
  const { values } = parseArgs({ options: { with: { type: 'string' }, report: { type: 'string' } } });
  const packages = publishedPackages(folder).filter(({ path }) => path === 'packages/core' || path.startsWith('plugins/'));
  const names = packages.flatMap(({ path, manifest }) => (path.startsWith('plugins/') ? [manifest.name] : []));
  const work = mkdtempSync(join(tmpdir(), 'parley-installed-'));
  let [passed, failed] = [0, 0];
  try {
    const tarballs = packages.map(({ path }) => packPackage(join(folder, path), work));
    for (const installer of installers) {
      if (values.with !== undefined && values.with !== installer.name) continue;
      try {
        tryInstaller(installer, { work, tarballs, names });
        passed += 1;
      } catch (error) {
        failed += 1;
        console.error(`${installer.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ passed, failed }));
  return failed === 0 && passed > 0 ? 0 : 1;
}

process.exitCode = main();
