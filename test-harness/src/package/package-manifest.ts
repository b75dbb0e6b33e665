import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** What of a package.json is looked at. */
export interface PackageManifest {
  readonly name: string;
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
  readonly optionalPeers: readonly string[];
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === 'object' && value !== null;
const texts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(isRecord(value) ? value : {}).flatMap(([key, entry]) => (typeof entry === 'string' ? [[key, entry]] : [])),
  );

/** @throws {TypeError} It is no package.json with a name and a version. */
export async function readManifest(folder: string): Promise<PackageManifest> {
  const file = join(folder, 'package.json');
  const value: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (!isRecord(value) || typeof value['name'] !== 'string' || typeof value['version'] !== 'string') {
    throw new TypeError(`${file} has no "name" and "version": it cannot be published`);
  }
  return {
    name: value['name'],
    version: value['version'],
    dependencies: texts(value['dependencies']),
    peerDependencies: texts(value['peerDependencies']),
    optionalPeers: Object.entries(isRecord(value['peerDependenciesMeta']) ? value['peerDependenciesMeta'] : {})
      .filter(([, meta]) => isRecord(meta) && meta['optional'] === true)
      .map(([name]) => name),
  };
}

/** The folder of the package that a file belongs to: the nearest one above with a package.json that has a name. */
export async function packageFolder(file: string): Promise<string | undefined> {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, 'package.json'))) {
      try {
        await readManifest(folder);
        return folder;
      } catch {
        // Such as `{"type":"module"}` beside the built files.
      }
    }
    if (dirname(folder) === folder) return undefined;
  }
}
