// @ts-check
// Proves every plugin of this repository with the conformance kit, and writes docs/plugins.md and docs/plugins.json.
// With --check it writes nothing and fails where they are out of date; with --runs N it proves N times and fails where verdicts differ.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { matrixPage, matrixRow, sameRows } from './conformance/matrix.mjs';
import { provePlugin } from './conformance/prove-plugin.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
const jsonFile = join(folder, 'docs/plugins.json');
const pageFile = join(folder, 'docs/plugins.md');

const help = `npm run conformance [-- PLUGIN...] [--kind KIND] [--runs N] [--check]

Proves the plugins named, or all, up to level 5. Needs the build: npm run build. Exits 1 if one does not conform, verdicts differ between
runs, or (with --check) docs/plugins.md and docs/plugins.json are out of date; without --check and without names it writes them.`;

/** @param {import('./conformance/prove-plugin.mjs').Report} report */
const verdictsOf = ({ packageVerdicts, subjects }) =>
  [{ name: 'package', verdicts: packageVerdicts }, ...subjects].flatMap(({ name, verdicts }) =>
    verdicts.map(({ rule, outcome }) => `${name} ${rule.id} ${outcome}`),
  );

/** @param {string} name @param {{ readonly runs: number; readonly kind: string | undefined }} options */
async function prove(name, { runs, kind }) {
  const first = await provePlugin(join(folder, 'plugins', name), kind);
  let isStable = true;
  for (let run = 2; run <= runs; run += 1) {
    const again = await provePlugin(join(folder, 'plugins', name), kind);
    const known = new Set(verdictsOf(first.report));
    const different = verdictsOf(again.report).filter((verdict) => !known.has(verdict));
    if (different.length === 0) continue;
    isStable = false;
    console.error(`plugins/${name}: run ${run} came to other verdicts than run 1: ${different.join(', ')}`);
  }
  return { ...first, isStable };
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, check: { type: 'boolean' }, runs: { type: 'string' }, kind: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const all = readdirSync(join(folder, 'plugins')).filter((name) => existsSync(join(folder, 'plugins', name, 'package.json')));
  const names = positionals.length === 0 ? all.toSorted() : positionals;
  /** @type {import('./conformance/matrix.mjs').Row[]} */
  const rows = [];
  let isGood = true;
  for (const name of names) {
    const { report, code, isStable } = await prove(name, { runs: Number(values.runs ?? '1'), kind: values.kind });
    isGood &&= code === 0 && isStable;
    rows.push(matrixRow(report));
  }
  const isWhole = positionals.length === 0 && values.kind === undefined;
  if (isWhole && values.check === true) {
    const known = existsSync(jsonFile) ? JSON.parse(readFileSync(jsonFile, 'utf8')) : [];
    const isCurrent = sameRows(known, rows) && existsSync(pageFile) && readFileSync(pageFile, 'utf8') === matrixPage(known);
    if (!isCurrent) console.error('docs/plugins.md and docs/plugins.json are not what was proven: npm run conformance');
    isGood &&= isCurrent;
  } else if (isWhole) {
    const known = existsSync(jsonFile) ? JSON.parse(readFileSync(jsonFile, 'utf8')) : [];
    // A date is that of the last change, so that a run that finds nothing new changes no file.
    const written = sameRows(known, rows) ? known : rows;
    writeFileSync(jsonFile, `${JSON.stringify(written, undefined, 2)}\n`);
    writeFileSync(pageFile, matrixPage(written));
  }
  return isGood ? 0 : 1;
}

process.exitCode = await main();
