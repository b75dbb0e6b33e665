import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkTypes } from './check-types.js';
import { installTarballs, packPackage } from './install-package.js';
import type { PackageFacts } from './package-facts.js';
import { packageFolder, readManifest } from './package-manifest.js';
import { probeImport } from './probe-import.js';

export interface ExamineOptions {
  /** Tarballs installed beside it, of what no registry has. Default: core, packed from where the plugin finds it. */
  readonly beside?: readonly string[] | undefined;
  readonly onStep?: ((step: string) => void) | undefined;
}

const core = '@parley/core';
const notImported = { importDeeds: [], createDeeds: [], names: [], instances: {}, printed: '', hasEnded: true } as const;

/**
 * Packs a package, installs the tarball into an empty folder, and looks at what is there. The folder is gone at the end.
 *
 * @throws {NpmFault} npm cannot be run, or reaches no registry.
 */
export async function examinePackage(folder: string, { beside, onStep }: ExamineOptions = {}): Promise<PackageFacts> {
  const work = await mkdtemp(join(tmpdir(), 'parley-conformance-'));
  try {
    const manifest = await readManifest(folder);
    onStep?.(`packing ${manifest.name}`);
    const packed = await packPackage(folder, join(work, 'tarballs'));
    const nothing = { manifest, packed: [], import: notImported, typeProblems: [], installedBytes: 0 };
    if ('problem' in packed) return { ...nothing, installError: packed.problem };
    const others = beside ?? (await packedCore(folder, join(work, 'tarballs')));
    onStep?.(`installing ${manifest.name} into an empty folder`);
    const installed = join(work, 'installed');
    const installError = await installTarballs([packed.tarball, ...others], installed);
    if (installError !== undefined) return { ...nothing, packed: packed.files, installError };
    onStep?.(`importing ${manifest.name}`);
    return { ...(await lookAtInstalled(installed, manifest.name)), manifest, packed: packed.files };
  } finally {
    await rm(work, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** Of what lies in a folder's `node_modules`. */
export async function lookAtInstalled(
  folder: string,
  name: string,
): Promise<Pick<PackageFacts, 'import' | 'typeProblems' | 'installedBytes'>> {
  return {
    installedBytes: await bytesOf(join(folder, 'node_modules'), new Set([core])),
    import: await probeImport(folder, name),
    typeProblems: await checkTypes(folder, name),
  };
}

/** Of the core that the plugin is developed with: a registry may not have it yet. */
async function packedCore(folder: string, into: string): Promise<readonly string[]> {
  let entry: string;
  try {
    entry = createRequire(join(folder, 'package.json')).resolve(`${core}/package.json`);
  } catch {
    return [];
  }
  const found = await packageFolder(entry);
  const packed = found === undefined ? undefined : await packPackage(found, into);
  return packed === undefined || 'problem' in packed ? [] : [packed.tarball];
}

async function bytesOf(folder: string, without: ReadonlySet<string>, below = ''): Promise<number> {
  let bytes = 0;
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (without.has(path)) continue;
    if (entry.isDirectory()) bytes += await bytesOf(folder, without, path);
    else if (entry.isFile()) bytes += (await stat(join(folder, path))).size;
  }
  return bytes;
}
