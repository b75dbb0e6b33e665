import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from './run-program.js';

const deadlineMs = 300_000;
/** Nothing of what is installed runs, and what was fetched before is not asked for again. */
const quietly = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline', '--no-update-notifier'];
/** No fault of a plugin's: the machine cannot reach a registry. */
const unreachable = /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET|ENOTCACHED)\b/;

/** The kit could not do its work, whatever the plugin is like. */
export class NpmFault extends Error {
  override readonly name = 'NpmFault';
}

/**
 * Packs a package as it would be published, without running its scripts: it has to be built.
 *
 * @throws {NpmFault} npm cannot be run.
 * @returns The tarball and the paths in it, or what npm says.
 */
export async function packPackage(
  folder: string,
  into: string,
): Promise<{ readonly tarball: string; readonly files: readonly string[] } | { readonly problem: string }> {
  await mkdir(into, { recursive: true });
  const end = await npm(into, ['pack', folder, '--json', '--pack-destination', into, '--ignore-scripts', '--loglevel=error']);
  if (end.code !== 0) return { problem: firstLines(end.stderr) };
  const packed: unknown = JSON.parse(end.stdout.slice(end.stdout.indexOf('[')));
  const first: unknown = Array.isArray(packed) ? packed[0] : undefined;
  if (!isPacked(first)) throw new NpmFault(`npm pack of ${folder} did not say what it packed`);
  return { tarball: join(into, first.filename), files: first.files.map(({ path }) => path) };
}

/**
 * Installs tarballs, and what they declare, into an empty folder.
 *
 * @returns What npm says, if that fails.
 * @throws {NpmFault} The registry cannot be reached, or npm not be run.
 */
export async function installTarballs(tarballs: readonly string[], folder: string): Promise<string | undefined> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'parley-empty-folder', private: true, type: 'module' }));
  const end = await npm(folder, ['install', ...tarballs, ...quietly]);
  if (end.code === 0) return undefined;
  if (unreachable.test(end.stderr))
    throw new NpmFault(`the plugin cannot be installed, as npm reaches no registry: ${firstLines(end.stderr)}`);
  return firstLines(end.stderr);
}

async function npm(folder: string, parameters: readonly string[]) {
  const program = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const end = await runProgram(program, parameters, { folder, deadlineMs });
  if (end.hasTimedOut) throw new NpmFault(`npm ${parameters[0]} did not come to an end within ${deadlineMs / 1000} s`);
  if (end.code === null) throw new NpmFault(`npm cannot be run: ${end.stderr}`);
  return end;
}

const firstLines = (text: string): string => text.trim().split('\n').slice(0, 6).join('; ');

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}
const isPacked = (value: unknown): value is Packed =>
  typeof value === 'object' &&
  value !== null &&
  'filename' in value &&
  typeof value.filename === 'string' &&
  'files' in value &&
  Array.isArray(value.files);
