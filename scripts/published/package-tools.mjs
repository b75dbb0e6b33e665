// @ts-check
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { plainEnvironment } from './plain-environment.mjs';

const folder = fileURLToPath(new URL('tools/', import.meta.url));
const timeoutMs = 300_000;

/**
 * The program of one of the tools in `tools/package.json`, to be run by Node; all are installed there, from npm, if it is not there yet.
 *
 * @param {'pnpm' | 'verdaccio'} name
 */
export function packageTool(name) {
  const manifest = join(folder, 'node_modules', name, 'package.json');
  if (!existsSync(manifest) || read(manifest).version !== read(join(folder, 'package.json')).dependencies?.[name]) install();
  const { bin } = read(manifest);
  return join(folder, 'node_modules', name, typeof bin === 'string' ? bin : (bin?.[name] ?? ''));
}

function install() {
  console.log('installing pnpm and verdaccio in scripts/published/tools');
  const { status, error } = spawnSync('npm', ['ci'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: timeoutMs,
    env: plainEnvironment(),
  });
  if (status !== 0) throw new Error(`the tools in scripts/published/tools cannot be installed: exit code ${status}`, { cause: error });
}

/**
 * @param {string} file
 * @returns {{ readonly version?: string; readonly dependencies?: Readonly<Record<string, string>>; readonly bin?: string | Readonly<Record<string, string>> }}
 */
function read(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}
