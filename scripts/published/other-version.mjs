// @ts-check
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { packPackage } from './pack-package.mjs';
import { runCommand } from './run-command.mjs';

/**
 * @typedef {object} OtherVersion
 * @property {string} tarball
 * @property {string} version
 * @property {string} into An existing folder to work in.
 */

/** The folder of a package with what is in the tarball, under another version. @param {OtherVersion} options */
function unpackAs({ tarball, version, into }) {
  const folder = mkdtempSync(join(into, 'unpacked-'));
  runCommand(`tar -xzf ${tarball} -C ${folder}`, { folder: into });
  const file = join(folder, 'package/package.json');
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(file, 'utf8')), version }, undefined, 2));
  return join(folder, 'package');
}

/** @param {OtherVersion} options @returns {string} The tarball of that version. */
export function repackAs(options) {
  const folder = unpackAs(options);
  const into = join(folder, '../packed');
  mkdirSync(into);
  return packPackage(folder, into);
}

/** @param {OtherVersion & { readonly registry: string }} options The registry takes packages from anybody. */
export function publishAs({ registry, ...options }) {
  const folder = unpackAs(options);
  // npm wants a token to send, whatever it is.
  writeFileSync(join(folder, '.npmrc'), `${registry.replace(/^https?:/, '')}:_authToken=nobody\n`);
  runCommand(`npm publish --registry ${registry} --access public --ignore-scripts`, { folder });
}
