import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { coreFiles, type Files, goodFiles } from '../package/__fixtures__/good-package.js';
import { runProgram } from '../package/run-program.js';

const file = (path: string) => fileURLToPath(new URL(path, import.meta.url));
let work = '';

async function write(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
}

// A package whose core is found where it is developed, so that no registry is asked.
beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'parley-command-test-'));
  await write(work, { ...goodFiles, 'throws.js': "throw new Error('no such luck');" });
  await write(join(work, 'node_modules/@parley/core'), coreFiles);
});
afterAll(() => rm(work, { recursive: true, force: true }));

/** The command as it is in the sources. */
const command = (...parameters: string[]) =>
  runProgram(process.execPath, ['--conditions=@parley/source', '--import=tsx', file('./main.ts'), ...parameters], {
    folder: file('.'),
    deadlineMs: 60_000,
  });

test('used wrongly is exit code 2, and says how to use it', async () => {
  for (const parameters of [[], ['one', 'two'], ['x.js', '--level', '6'], ['x.js', '--kind', 'parrot'], ['x.js', '--nonsense']]) {
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
