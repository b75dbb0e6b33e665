import type { Logger } from '@parley/core/provider';
import { exitCodes } from '../exit-codes.js';
import type { Surroundings } from '../surroundings.js';
import { installedPackages, loadPackage } from './find-plugins.js';

/**
 * Has each installed plugin fetch the files that it would else fetch at its first call: when an image is built, say.
 *
 * @returns The exit code: 1 if one could not.
 */
export async function downloadFiles({ screen, errors, folder }: Surroundings, logger: Logger): Promise<number> {
  const { signal } = new AbortController();
  let hasFailed = false;
  for (const installed of installedPackages(folder)) {
    const loaded = await loadPackage(installed, folder);
    if (loaded.type === 'broken') {
      errors.write(`parley: ${loaded.name} cannot be loaded: ${loaded.fault}\n`);
      hasFailed = true;
    }
    if (loaded.type !== 'plugin') continue;
    const { plugin, name } = loaded;
    if (plugin.downloadFiles === undefined) {
      screen.write(`${name}: nothing to fetch\n`);
      continue;
    }
    try {
      const files = await plugin.downloadFiles({ signal, logger });
      screen.write(`${name}: ${files.length === 0 ? 'all is there' : files.join(', ')}\n`);
    } catch (error) {
      errors.write(`parley: ${name} could not fetch its files: ${error instanceof Error ? error.message : String(error)}\n`);
      hasFailed = true;
    }
  }
  return hasFailed ? exitCodes.failed : exitCodes.inOrder;
}
