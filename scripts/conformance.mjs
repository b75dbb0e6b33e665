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

Builds, and proves the plugins named, or all, up to level 5; with more than one run each, two at a time. Exits 1 if one does not conform,
verdicts differ between runs, or (with --check) docs/plugins.md and docs/plugins.json are out of date; without --check and without names it writes them.`;

/** @param {import('./conformance/prove-plugin.mjs').Report} report */
const verdictsOf = ({ packageVerdicts, subjects }) =>
  [{ name: 'package', verdicts: packageVerdicts }, ...subjects].flatMap(({ name, verdicts }) =>
    verdicts.map(({ rule, outcome }) => `${name} ${rule.id} ${outcome}`),
  );

/** @typedef {Awaited<ReturnType<typeof provePlugin>>} Run */

/**
 * Proves each so often: one after another if once, so that all that happens is seen; else two at a time.
 *
 * @param {readonly string[]} names
 * @param {{ readonly runs: number; readonly kind: string | undefined }} options
 * @returns {Promise<readonly (readonly Run[])[]>} By name.
 */
async function proveAll(names, { runs, kind }) {
  const waiting = names.flatMap((name, index) => Array.from({ length: runs }, () => ({ name, index })));
  const done = names.map(() => /** @type {Run[]} */ ([]));
  const atOnce = runs === 1 ? 1 : 2;
  const work = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const run = await provePlugin(join(folder, 'plugins', next.name), { kind, isAlone: atOnce === 1 });
      done[next.index]?.push(run);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, work));
  return done;
}

/** Whether all runs came to the verdicts of the first. @param {string} name @param {readonly Run[]} runs */
function isStable(name, [first, ...others]) {
  if (first === undefined) return false;
  const known = verdictsOf(first.report);
  const different = others.flatMap(({ report }) => {
    const came = verdictsOf(report);
    return [...came.filter((verdict) => !known.includes(verdict)), ...known.filter((verdict) => !came.includes(verdict))];
  });
  if (different.length > 0) console.error(`plugins/${name}: its runs came to different verdicts: ${[...new Set(different)].join(', ')}`);
  return different.length === 0;
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
  const proven = await proveAll(names, { runs: Number(values.runs ?? '1'), kind: values.kind });
  for (const [index, runs] of proven.entries()) {
    isGood = isStable(names[index] ?? '', runs) && runs.every(({ code }) => code === 0) && isGood;
    for (const { report } of runs.slice(0, 1)) rows.push(matrixRow(report));
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
