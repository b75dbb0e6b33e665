import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coreFiles, type Files, goodFiles, goodManifest } from '../package/__fixtures__/good-package.js';
import { runProgram } from '../package/run-program.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let work = '';

/** Asks for one version of core: PKG-1.2. */
const brokenFiles = { ...goodFiles, 'package.json': JSON.stringify({ ...goodManifest, peerDependencies: { '@parley/core': '1.2.3' } }) };

async function write(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}

// A package whose core is found where it is developed, so that no registry is asked.
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'parley-command-test-'));
  await write(work, { ...goodFiles, 'throws.js': "throw new Error('no such luck');" });
  await write(join(work, 'node_modules/@parley/core'), coreFiles);
  await write(join(work, 'broken'), brokenFiles);
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** The command as it is in the sources. */
const commandIn = (environment: Readonly<Record<string, string>>, parameters: readonly string[]) =>
  runProgram(process.execPath, ['--conditions=@parley/source', '--import=tsx', file('./main.ts'), ...parameters], {
    folder: file('.'),
    deadlineMs: 60_000,
    environment,
  });
const command = (...parameters: string[]) => commandIn({}, parameters);

test('used wrongly is exit code 2, and says how to use it', async () => {
  for (const parameters of [
    [],
    ['one', 'two'],
    ['x.js', '--level', '6'],
    ['x.js', '--kind', 'parrot'],
    ['x.js', '--nonsense'],
    ['x.js', '--badge', 'b.txt'],
  ]) {
    const { code, stderr } = await command(...parameters);
    expect({ parameters, code }).toEqual({ parameters, code: 2 });
    expect(stderr).toContain('Exit codes: 0 conforms');
  }
}, 60_000);

test('a module or a package that is not there is exit code 2', async () => {
  const missing = await command('./not-there.js');
  expect([missing.code, missing.stdout]).toEqual([2, expect.stringContaining('there is no file')]);
  const unknown = await command('parley-plugin-nobody');
  expect([unknown.code, unknown.stderr]).toEqual([2, expect.stringContaining('no package "parley-plugin-nobody" is installed here')]);
}, 60_000);

test('a file that is named and not there is exit code 2, before anything is proven', async () => {
  for (const option of ['--with', '--baseline', '--json']) {
    const { code, stdout, stderr } = await command(join(work, 'index.js'), option, join(work, 'nowhere/file.json'));
    expect({ option, code, stdout }).toEqual({ option, code: 2, stdout: '' });
    expect(stderr).toContain('nowhere');
  }
}, 60_000);

test('a file of wires in which there is none is exit code 2, and said', async () => {
  const { code, stdout } = await command(join(work, 'index.js'), '--level', '2', '--wire', join(work, 'index.js'));
  expect(code).toBe(2);
  expect(stdout).toContain('the file given by --wire exports no wire');
}, 120_000);

test('a plugin that conforms is exit code 0; what goes on is told meanwhile, and a table at the end', async () => {
  const badge = join(work, 'badge.svg');
  const { code, stdout, stderr } = await command(join(work, 'index.js'), '--level', '1', '--badge', badge);
  expect([code, stdout]).toEqual([
    0,
    expect.stringMatching(/^what +1 loads +level\n[^]*parley-plugin-good 1\.0\.0 conforms: level 1 of 1/),
  ]);
  expect(stderr.split('\n')).toEqual(expect.arrayContaining(['packing parley-plugin-good', 'importing parley-plugin-good']));
  expect(await readFile(badge, 'utf8')).toContain('<svg');
}, 120_000);

test('a rule that is known not to be kept is exit code 0; known, and kept, it is 1', async () => {
  const baseline = join(work, 'baseline.json');
  await writeFile(baseline, JSON.stringify({ 'PKG-1.2': 'issue 7' }));
  const known = await command(join(work, 'broken/index.js'), '--level', '1', '--baseline', baseline);
  expect([known.code, known.stdout]).toEqual([0, expect.stringMatching(/Not kept, and known:\n +PKG-1\.2 /)]);
  const stale = await command(join(work, 'index.js'), '--level', '1', '--baseline', baseline);
  expect([stale.code, stale.stdout]).toEqual([1, expect.stringMatching(/the baseline says otherwise[^]*PKG-1\.2/)]);
}, 180_000);

test('where the kit itself fails, here for want of npm, it is exit code 3, and no blame of the plugin', async () => {
  const { code, stdout } = await commandIn({ PATH: work }, [join(work, 'index.js'), '--level', '1']);
  expect(code).toBe(3);
  expect(stdout).toMatch(/The kit itself failed:\n +level 1: npm cannot be run/);
  expect(stdout).toContain('was not proven to the end: the kit failed');
}, 60_000);

test('live and without a key, it says which one to set: exit code 2', async () => {
  const { code, stdout } = await commandIn({ GOOD_API_KEY: '' }, [join(work, 'index.js'), '--live']);
  expect(code).toBe(2);
  expect(stdout).toContain('good itself is asked with --live, which takes a key: set GOOD_API_KEY');
}, 120_000);

test('a module that throws is exit code 1, and said in a line', async () => {
  const json = join(work, 'report.json');
  const { code, stdout } = await command(join(work, 'throws.js'), '--level', '2', '--json', json);
  expect(code).toBe(1);
  expect(stdout).toContain('throws.js failed with Error: no such luck');
  const report: unknown = JSON.parse(await readFile(json, 'utf8'));
  expect(report).toMatchObject({ specificationVersion: 1, result: 'does not conform', subjects: [] });
}, 120_000);

test('a plugin that needs a key and has no wire is not proven beyond level 1: exit code 2', async () => {
  const { code, stdout } = await command(join(work, 'index.js'), '--level', '2', '--badge', join(work, 'badge.json'));
  expect(code).toBe(2);
  expect(stdout).toContain('good needs a key, so it has a vendor, and the kit does not know how that speaks: give --wire FILE');
  expect(JSON.parse(await readFile(join(work, 'badge.json'), 'utf8'))).toMatchObject({ schemaVersion: 1, color: 'red' });
}, 120_000);
