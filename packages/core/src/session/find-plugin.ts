import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ParleyPlugin } from '../provider/plugin.js';
import { isPlugin, pluginFault } from './plugin-fault.js';
import { registeredPlugin } from './registered-plugins.js';

/** The application's: where it was started, and where its program lies, if that is elsewhere. Never core's own. */
function applicationFolders(): readonly string[] {
  const [, program] = process.argv;
  return program === undefined ? [process.cwd()] : [process.cwd(), dirname(program)];
}

/**
 * The plugin of a provider: one that was registered, else the package `@parley/<provider>`, else `parley-plugin-<provider>`, looked for
 * from each of the folders upwards as Node does.
 *
 * @throws {Error} None is installed: says how to install one. Or what is installed is no plugin, or cannot be loaded: says why.
 */
export async function findPlugin(provider: string, folders = applicationFolders()): Promise<ParleyPlugin> {
  const registered = registeredPlugin(provider);
  if (registered !== undefined) return registered;

  const names = [`@parley/${provider}`, `parley-plugin-${provider}`];
  for (const name of names) {
    for (const folder of folders) {
      const installed = installedIn(folder, name);
      if (installed !== undefined) return loadPlugin(name, installed);
    }
  }
  throw new Error(
    `no plugin for "${provider}" is registered or installed: run "npm install @parley/${provider}" in ${folders[0] ?? '.'}, or "npm install parley-plugin-${provider}" if it is somebody else's`,
  );
}

interface Installed {
  readonly require: NodeJS.Require;
  /** Of the package. */
  readonly folder: string;
}

function installedIn(from: string, name: string): Installed | undefined {
  const require = createRequire(join(from, 'package.json'));
  const folder = (require.resolve.paths(name) ?? []).map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  return folder === undefined ? undefined : { require, folder };
}

async function loadPlugin(name: string, installed: Installed): Promise<ParleyPlugin> {
  const module = await loadModule(name, installed).catch((cause: unknown) => {
    throw new Error(
      `the package ${name} in ${installed.folder} cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`,
      {
        cause,
      },
    );
  });
  const found: unknown = exported(module) ?? exported(Reflect.get(Object(module), 'default'));
  if (isPlugin(found)) return found;
  throw new Error(
    found === undefined ? `the package ${name} exports no "parleyPlugin"` : `the package ${name}: ${pluginFault(found) ?? 'is no plugin'}`,
  );
}

const exported = (module: unknown): unknown => Reflect.get(Object(module), 'parleyPlugin');

async function loadModule(name: string, installed: Installed): Promise<unknown> {
  return import(pathToFileURL(await entryOf(name, installed)).href);
}

/** The file that the package is entered by. `require` finds it, but for a package that names an entry for `import` alone. */
async function entryOf(name: string, { require, folder }: Installed): Promise<string> {
  try {
    return require.resolve(name);
  } catch (error) {
    const entry = importEntry(JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')));
    if (entry === undefined) throw error;
    return join(folder, entry);
  }
}

/** What `exports` of a `package.json` names for `import`. */
function importEntry(manifest: unknown): string | undefined {
  const exported: unknown = Reflect.get(Object(manifest), 'exports');
  return targetOf(Reflect.get(Object(exported), '.') ?? exported);
}

/** Node's order: the first condition that holds, as the package has them. @see https://nodejs.org/api/packages.html#conditional-exports */
function targetOf(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (typeof target !== 'object' || target === null) return undefined;
  const conditions = Object.entries(target).filter(([condition]) => ['import', 'node', 'default'].includes(condition));
  return conditions.map(([, nested]) => targetOf(nested)).find((found) => found !== undefined);
}
