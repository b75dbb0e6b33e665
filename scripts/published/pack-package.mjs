// @ts-check
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { plainEnvironment } from './plain-environment.mjs';

/**
 * Packs a package as it would be published; it has to be built.
 *
 * @param {string} folder The package's.
 * @param {string} into An existing folder.
 * @returns {string} The tarball.
 */
export function packPackage(folder, into) {
  const output = execFileSync('npm', ['pack', folder, '--json', '--loglevel=error', '--pack-destination', into], {
    cwd: into,
    encoding: 'utf8',
    env: plainEnvironment(),
  });
  /** @type {readonly { readonly filename: string }[]} */
  const [packed] = JSON.parse(output);
  if (packed === undefined) throw new Error(`npm packed nothing in ${folder}`);
  return join(into, packed.filename);
}
