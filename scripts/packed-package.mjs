// @ts-check
// What the package in the current folder would publish: the right files, and entries that load in Node by `import` and by `require`,
// and leave nothing running; and what the package itself checks of its build, the programs `checks/built-*.mjs`. Needs the build.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { posix } from 'node:path';

/** An entry that does not load within this keeps something running. */
const loadTimeoutMs = 10_000;
/** Of a program of the package's own. */
const checkTimeoutMs = 60_000;

/** @type {{ name: string; exports: Record<string, string | Record<string, string>> }} */
const { name, exports } = JSON.parse(readFileSync('package.json', 'utf8'));

/** @returns {readonly string[]} Paths in the tarball. */
function listPacked() {
  /** @type {readonly { readonly files: readonly { readonly path: string }[] }[]} */
  const [packed] = JSON.parse(execFileSync('npm', ['pack', '--dry-run', '--json', '--loglevel=error'], { encoding: 'utf8' }));
  return (packed?.files ?? []).map((file) => file.path);
}

/** @returns {string[]} */
function problemsOfFiles() {
  const packed = listPacked();
  const targets = Object.values(exports).flatMap((target) =>
    typeof target === 'string'
      ? [target]
      : Object.entries(target).flatMap(([condition, path]) => (condition === '@parley/source' ? [] : [path])),
  );
  const required = ['LICENSE', 'NOTICE', 'README.md', ...targets.map((path) => posix.normalize(path))];
  return [
    ...required.filter((path) => !packed.includes(path)).map((path) => `${path} is not in the tarball`),
    ...packed
      .filter((path) => /(^|\/)(src|__fixtures__|node_modules)\/|\.test\.|\.tsbuildinfo$|^\.env/.test(path))
      .map((path) => `${path} is in the tarball`),
  ];
}

/** @param {'import' | 'require'} way @returns {string[]} */
function problemsOfLoading(way) {
  const entries = Object.entries(exports).filter(([, target]) => typeof target !== 'string');
  const names = entries.map(([path]) => posix.join(name, path));
  const load = way === 'import' ? 'await import(entry)' : "require('node:module').createRequire(process.cwd() + '/')(entry)";
  const program = `(async () => { for (const entry of ${JSON.stringify(names)}) ${load}; })();`;
  const result = spawnSync(process.execPath, ['--input-type=commonjs', '-e', program], { encoding: 'utf8', timeout: loadTimeoutMs });
  if (result.error !== undefined || result.signal !== null)
    return [`${way} of ${names.join(', ')} does not end: something is left running`];
  if (result.status !== 0) return [`${way} of ${names.join(', ')} fails:\n${result.stderr}`];
  return result.stderr === '' ? [] : [`${way} of ${names.join(', ')} prints:\n${result.stderr}`];
}

/** @returns {string[]} */
function problemsOfChecks() {
  const programs = existsSync('checks') ? readdirSync('checks').filter((name) => /^built-.*\.mjs$/.test(name)) : [];
  return programs.flatMap((name) => {
    const result = spawnSync(process.execPath, [posix.join('checks', name)], { encoding: 'utf8', timeout: checkTimeoutMs });
    return result.status === 0 ? [] : [`${name} fails (${result.signal ?? result.status}):\n${result.stdout}${result.stderr}`];
  });
}

const problems = [...problemsOfFiles(), ...problemsOfLoading('import'), ...problemsOfLoading('require'), ...problemsOfChecks()];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
