// @ts-check
// Each published package says and holds what all of them do: licence, engines, entries with sources, the tasks that check it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { publishedPackages } from './published-packages.mjs';

const folder = fileURLToPath(new URL('../..', import.meta.url));

/** The tasks of turbo.json that every published package must have; one without is never looked at. @param {string} toRoot */
const tasksOf = (toRoot) => ({
  build: 'tsdown',
  publint: 'publint run --strict',
  attw: 'attw --pack . --profile esm-only',
  api: `node ${toRoot}scripts/api-report.mjs`,
  packed: `node ${toRoot}scripts/packed-package.mjs`,
});
const values = { license: 'Apache-2.0', type: 'module' };
const files = ['dist', 'LICENSE', 'NOTICE', 'README.md', 'CHANGELOG.md'];
/** The first and the last of the licence's headings: the whole text, not a pointer to it. */
const licenceMarks = ['Version 2.0, January 2004', '1. Definitions.', '9. Accepting Warranty', 'END OF TERMS AND CONDITIONS'];

/** @typedef {import('./published-packages.mjs').Manifest} Manifest */

/** @param {Manifest} manifest @param {string} path @returns {string[]} */
function problemsOfFields(manifest, path) {
  const scripts = manifest.scripts ?? {};
  const required = Object.entries(tasksOf('../'.repeat(path.split('/').length))).filter(([name, command]) => scripts[name] !== command);
  return [
    ...Object.entries(values)
      .filter(([key, value]) => Reflect.get(manifest, key) !== value)
      .map(([key, value]) => `"${key}" is not "${value}"`),
    ...(manifest.engines?.['node'] === '>=20.19' ? [] : ['"engines.node" is not ">=20.19"']),
    ...(manifest.description === undefined ? ['"description" is missing'] : []),
    ...files.filter((file) => !(manifest.files ?? []).includes(file)).map((file) => `"files" lacks "${file}"`),
    ...required.map(([name, command]) => `"scripts" lacks "${name}": "${command}"`),
  ];
}

/** @param {Manifest} manifest @param {string} path @returns {string[]} */
function problemsOfEntries(manifest, path) {
  return Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    if (typeof target === 'string' || target['types'] === undefined) return [];
    const order = Object.keys(target).join(', ');
    if (order !== '@parley/source, types, default') return [`entry ${entry} lists ${order}; it must be @parley/source, types, default`];
    const source = target['@parley/source'] ?? '';
    return existsSync(join(folder, path, source)) ? [] : [`entry ${entry} names a source that is not there: ${source}`];
  });
}

/** @param {string} path @returns {string[]} */
function problemsOfFiles(path) {
  const missing = ['README.md', 'LICENSE', 'NOTICE'].filter((file) => !existsSync(join(folder, path, file)));
  const licence = missing.includes('LICENSE') ? '' : readFileSync(join(folder, path, 'LICENSE'), 'utf8');
  return [
    ...missing.map((file) => `${file} is missing`),
    ...(missing.includes('LICENSE') || licenceMarks.every((mark) => licence.includes(mark))
      ? []
      : ['LICENSE is not the whole text of Apache-2.0']),
  ];
}

/** A plugin shares the application's core. @param {Manifest} manifest @param {string} path @returns {string[]} */
function problemsOfPlugin(manifest, path) {
  if (!path.startsWith('plugins/')) return [];
  const range = manifest.peerDependencies?.['@parley/core'];
  return [
    ...(range?.startsWith('^') === true ? [] : ['"peerDependencies" must name @parley/core with a caret']),
    ...(manifest.dependencies?.['@parley/core'] === undefined
      ? []
      : ['@parley/core must be a peer, not a dependency: two copies do not share one session']),
  ];
}

const problems = publishedPackages(folder).flatMap(({ path, manifest }) =>
  [
    ...problemsOfFields(manifest, path),
    ...problemsOfEntries(manifest, path),
    ...problemsOfFiles(path),
    ...problemsOfPlugin(manifest, path),
  ].map((problem) => `${path}/package.json: ${problem}`),
);
problems.push(...problemsOfFiles('.').map((problem) => `the repository's ${problem}`));
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
