import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ParleyPlugin } from '@parley/core/provider';

/** A package of ours, or a plugin of somebody's, that is installed where the application is. */
export interface InstalledPackage {
  readonly name: string;
  readonly version: string;
  readonly folder: string;
}

/** One of them, loaded. */
export type LoadedPackage = InstalledPackage &
  (
    | { readonly type: 'plugin'; readonly plugin: ParleyPlugin }
    | { readonly type: 'other' }
    | { readonly type: 'broken'; readonly fault: string }
  );

/** The packages by which core finds plugins, seen from a folder upwards, as Node does; the nearest of each name. */
export function installedPackages(from: string): readonly InstalledPackage[] {
  const found = new Map<string, InstalledPackage>();
  for (let folder = from; ; folder = dirname(folder)) {
    const modules = join(folder, 'node_modules');
    const names = [
      ...namesIn(join(modules, '@parley')).map((name) => `@parley/${name}`),
      ...namesIn(modules).filter((name) => name.startsWith('parley-plugin-')),
    ];
    for (const name of names) {
      const version = versionOf(join(modules, name));
      if (version !== undefined && !found.has(name)) found.set(name, { name, version, folder: join(modules, name) });
    }
    if (dirname(folder) === folder) return [...found.values()].toSorted((one, other) => one.name.localeCompare(other.name));
  }
}

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : []);

function versionOf(folder: string): string | undefined {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    // An example, or another part of a repository, is no package of its users.
    if (Reflect.get(Object(manifest), 'private') === true) return undefined;
    return String(Reflect.get(Object(manifest), 'version'));
  } catch {
    return undefined;
  }
}

/** Ours that are no plugins; to import one of them would be of no use. */
const noPlugins = ['@parley/core', '@parley/livekit', '@parley/cli', '@parley/conformance'];

/** Imports it. Never rejects. */
export async function loadPackage(installed: InstalledPackage, from: string): Promise<LoadedPackage> {
  if (noPlugins.includes(installed.name)) return { ...installed, type: 'other' };
  try {
    const entry = createRequire(join(from, 'package.json')).resolve(installed.name);
    const module: unknown = await import(/* @vite-ignore */ pathToFileURL(entry).href);
    const plugin: unknown = Reflect.get(Object(module), 'parleyPlugin');
    return isPlugin(plugin) ? { ...installed, type: 'plugin', plugin } : { ...installed, type: 'other' };
  } catch (error) {
    return { ...installed, type: 'broken', fault: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}

const isPlugin = (value: unknown): value is ParleyPlugin =>
  typeof value === 'object' && value !== null && 'environment' in value && Array.isArray(value.environment) && 'kinds' in value;
