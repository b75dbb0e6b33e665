import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Verdict } from '../run/verdict.js';
import { coreFiles, type Files, goodFiles } from './__fixtures__/good-package.js';
import { installedMutants, manifestMutants } from './__fixtures__/package-mutants.js';
import { examinePackage, lookAtInstalled } from './examine-package.js';
import { installTarballs, packPackage } from './install-package.js';
import { readManifest } from './package-manifest.js';
import { packageRules, runPackageRules } from './run-package-rules.js';

let work = '';
let coreTarball = '';
let installed = '';

async function write(folder: string, files: Files): Promise<string> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) await writeFile(join(folder, path), text);
  return folder;
}
async function packed(name: string, files: Files): Promise<string> {
  const pack = await packPackage(await write(join(work, name), files), join(work, 'tarballs'));
  if ('problem' in pack) throw new Error(pack.problem);
  return pack.tarball;
}
const unkept = (verdicts: readonly Verdict[]) =>
  verdicts.flatMap((verdict) => ('message' in verdict ? [`${verdict.rule.id}: ${verdict.message}`] : []));
const ids = (lines: readonly string[]) => lines.map((line) => line.split(':')[0]);

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'parley-package-test-'));
  coreTarball = await packed('core', coreFiles);
  installed = join(work, 'installed');
  const problem = await installTarballs([await packed('good', goodFiles), coreTarball], installed);
  if (problem !== undefined) throw new Error(problem);
}, 60_000);
afterAll(() => rm(work, { recursive: true, force: true }));

test('a good package keeps every rule of level 1', { timeout: 60_000 }, async () => {
  const facts = await examinePackage(await write(join(work, 'whole'), goodFiles), { beside: [coreTarball] });
  const verdicts = runPackageRules(facts);
  expect(unkept(verdicts)).toEqual([]);
  expect(verdicts.filter(({ outcome }) => outcome !== 'passed')).toEqual([]);
  expect(facts.packed.toSorted()).toEqual(['index.d.ts', 'index.js', 'package.json']);
});

test.each(manifestMutants.map((mutant) => [mutant.id, mutant.name, mutant.files] as const))(
  '%s alone catches a package that %s',
  { timeout: 60_000 },
  async (id, _name, files) => {
    const facts = await examinePackage(await write(join(work, id), files), { beside: [coreTarball] });
    expect(ids(unkept(runPackageRules(facts)))).toEqual([id]);
  },
);

test.each(installedMutants.map((mutant) => [mutant.id, mutant.name, mutant.files] as const))(
  '%s alone catches a package that %s',
  { timeout: 60_000 },
  async (id, _name, files) => {
    const folder = await write(join(installed, 'node_modules', 'parley-plugin-good'), files);
    const facts = {
      ...(await lookAtInstalled(installed, 'parley-plugin-good')),
      manifest: await readManifest(folder),
      packed: Object.keys(files),
    };
    const failed = unkept(runPackageRules(facts));
    expect({ failed, ids: ids(failed) }).toEqual({ failed, ids: [id] });
  },
);

test('no rule of level 1 is without a mutant', () => {
  const caught = new Set<string>([...manifestMutants, ...installedMutants].map(({ id }) => id));
  expect(packageRules.map(({ id }) => id).filter((id) => !caught.has(id))).toEqual([]);
});
