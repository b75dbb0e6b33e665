// @ts-check
import { execFileSync } from 'node:child_process';
import { lstatSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The repository's files: those that git tracks, and new ones that it does not ignore. Left out are links, and files deleted but not yet committed.
 *
 * @param {string} folder The repository's folder.
 * @returns {readonly string[]} Paths from there, with forward slashes, in order.
 */
export function trackedFiles(folder) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: folder,
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  const paths = new Set(listed.split('\0').filter((path) => path !== ''));
  return [...paths].filter((path) => lstatSync(join(folder, path), { throwIfNoEntry: false })?.isFile() === true).toSorted();
}
