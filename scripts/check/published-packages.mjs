// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * @typedef {object} Manifest What of a package.json is looked at here.
 * @property {string} name
 * @property {boolean} [private]
 * @property {string} [version]
 * @property {string} [description]
 * @property {string} [license]
 * @property {string} [type]
 * @property {Record<string, string>} [engines]
 * @property {readonly string[]} [files]
 * @property {Record<string, string | Record<string, string>>} [exports]
 * @property {Record<string, string>} [scripts]
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 */

/**
 * The packages that are published: those in `packages/` and `plugins/`, and the conformance kit, if they are not private.
 *
 * @param {string} folder The repository's folder.
 * @returns {readonly { readonly path: string; readonly manifest: Manifest }[]} Paths from there.
 */
export function publishedPackages(folder) {
  const inGroups = ['packages', 'plugins'].flatMap((group) =>
    readdirSync(join(folder, group))
      .toSorted()
      .map((name) => `${group}/${name}`),
  );
  return [...inGroups, 'test-harness'].flatMap((path) => {
    const file = join(folder, path, 'package.json');
    if (!existsSync(file)) return [];
    /** @type {Manifest} */
    const manifest = JSON.parse(readFileSync(file, 'utf8'));
    return manifest.private === true ? [] : [{ path, manifest }];
  });
}
