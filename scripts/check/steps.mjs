// @ts-check
// What `npm run check` looks at. Each step is one command that exits 0 when all is well and otherwise says what is wrong and where.

/**
 * @typedef {object} Step
 * @property {string} name What one types to run it alone: `npm run check -- lint`.
 * @property {string} about What it looks at, in a few words.
 * @property {readonly string[]} command The program, from the repository's folder, and its arguments.
 */

/** @param {string} name */
const tool = (name) => `node_modules/.bin/${name}`;

/** Longest first, so that the short ones fill the gaps. @type {readonly Step[]} */
export const steps = [
  {
    name: 'packages',
    about: 'build, publint, are-the-types-wrong, API reports and contents of each package, and the guide to testing',
    command: [
      'node',
      'scripts/turbo.mjs',
      'run',
      'build',
      'publint',
      'attw',
      'api',
      'packed',
      'guide',
      '--continue',
      '--output-logs=errors-only',
      '--log-order=grouped',
    ],
  },
  { name: 'types', about: 'types', command: [tool('tsc'), '-p', '.'] },
  { name: 'unused', about: 'unused files, exports and dependencies', command: [tool('knip'), '--no-progress', '--no-config-hints'] },
  { name: 'lock', about: 'package-lock.json fits every package.json', command: ['npm', 'ci', '--dry-run', '--no-audit', '--no-fund'] },
  {
    name: 'boundaries',
    about: 'folder ranks, package boundaries, cycles',
    command: [
      tool('depcruise'),
      '--config',
      '.dependency-cruiser.mjs',
      '--output-type',
      'err-long',
      'packages',
      'plugins',
      'examples',
      'bench',
      'scripts',
      'test-harness',
    ],
  },
  { name: 'lint', about: 'lint, type-aware', command: [tool('oxlint'), '--format=unix'] },
  { name: 'source', about: 'what lint has no rule for', command: ['node', 'scripts/check/source-rules.mjs'] },
  { name: 'manifests', about: "each published package's package.json and its files", command: ['node', 'scripts/check/manifests.mjs'] },
  { name: 'words', about: 'words that no file may hold', command: ['node', 'scripts/check/words.mjs'] },
  { name: 'format', about: 'format', command: [tool('oxfmt'), '--check'] },
];
