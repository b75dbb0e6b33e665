// @ts-check
// Shows that the checks check: plants faults in a scratch copy, and each must be caught. `npm run check:checks`, or some steps' faults alone:
// `npm run check:checks -- lint tests`. With `--checked`, for a tree that `npm run check` has just passed, the untouched copy is not looked at again.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runStep, runSteps } from './check/run-step.mjs';
import { steps } from './check/steps.mjs';
import { boundaryFaults } from './check-checks/boundary-faults.mjs';
import { lintFaults } from './check-checks/lint-faults.mjs';
import { packageFaults } from './check-checks/package-faults.mjs';
import { publishedFaults, publishedSteps } from './check-checks/published-faults.mjs';
import { createScratchCopy } from './check-checks/scratch-copy.mjs';
import { sourceFaults } from './check-checks/source-faults.mjs';
import { testCommand, testFaults } from './check-checks/test-faults.mjs';

/** @typedef {import('./check-checks/fault.mjs').Fault} Fault */

const folder = fileURLToPath(new URL('..', import.meta.url));
const faults = [...lintFaults, ...boundaryFaults, ...sourceFaults, ...packageFaults, ...testFaults, ...publishedFaults];
const tests = { name: 'tests', about: 'what tests leave behind', command: testCommand };

/**
 * Faults that one run can show: those of one step, but for those that stand alone.
 *
 * @param {readonly Fault[]} selected
 * @returns {readonly (readonly Fault[])[]}
 */
function groupFaults(selected) {
  const names = [...new Set(selected.map((fault) => fault.step))];
  const together = names.map((name) => selected.filter((fault) => fault.step === name && fault.isAlone !== true));
  const alone = selected.filter((fault) => fault.isAlone === true).map((fault) => [fault]);
  return [...together.filter((group) => group.length > 0), ...alone];
}

/**
 * @param {readonly Fault[]} group
 * @param {ReturnType<typeof createScratchCopy>} copy
 * @returns {Promise<readonly { readonly fault: Fault; readonly isCaught: boolean; readonly output: string }[]>}
 */
async function tryGroup(group, copy) {
  const [first] = group;
  const step = [...steps, tests, ...publishedSteps].find((candidate) => candidate.name === first?.step);
  if (first === undefined || step === undefined) throw new Error(`no step is named ${first?.step}`);
  const undo = group.map((fault) => copy.plant(fault));
  try {
    const { isPassed, output } = await runStep({ ...step, command: first.command ?? step.command }, copy.folder);
    return group.map((fault) => ({ fault, isCaught: !isPassed && fault.expect.test(output), output }));
  } finally {
    for (const restore of undo) restore();
  }
}

/** The copy as it is must pass, or a fault "caught" says nothing. @param {string} scratch @param {readonly string[]} names */
async function tryUntouched(scratch, names) {
  const results = await runSteps(
    steps.filter((step) => names.includes(step.name)),
    {
      folder: scratch,
      atOnce: availableParallelism(),
      onEnd: ({ step, isPassed, durationMs }) =>
        console.log(`${isPassed ? 'passes' : 'FAILS '}  ${step.name.padEnd(11)} the untouched copy (${(durationMs / 1_000).toFixed(1)} s)`),
    },
  );
  const failed = results.filter((result) => !result.isPassed);
  for (const { step, output } of failed) console.log(`\n--- ${step.name}, on the untouched copy:\n${output.trimEnd().slice(-2_000)}`);
  return failed.length;
}

/** @param {Awaited<ReturnType<typeof tryGroup>>} results @returns How many were missed. */
function tellResults(results) {
  for (const { fault, isCaught } of results) console.log(`${isCaught ? 'caught' : 'MISSED'}  ${fault.step.padEnd(11)} ${fault.fault}`);
  const missed = results.filter((result) => !result.isCaught);
  if (missed[0] !== undefined) console.log(`\n--- what ${missed[0].fault.step} said:\n${missed[0].output.trimEnd().slice(-6_000)}\n`);
  return missed.length;
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { report: { type: 'string' }, checked: { type: 'boolean' } },
    allowPositionals: true,
  });
  const startedAt = performance.now();
  const selected = faults.filter((fault) => positionals.length === 0 || positionals.includes(fault.step));
  const groups = [...groupFaults(selected)];
  const copies = Array.from({ length: availableParallelism() }, () => createScratchCopy(folder));
  let passed = 0;
  let failed = 0;
  try {
    const [untouched] = copies;
    if (untouched !== undefined && values.checked !== true)
      failed += await tryUntouched(untouched.folder, [...new Set(selected.map((fault) => fault.step))]);
    /** @param {ReturnType<typeof createScratchCopy>} copy */
    const tryNext = async (copy) => {
      for (let group = groups.shift(); group !== undefined; group = groups.shift()) {
        const missed = tellResults(await tryGroup(group, copy));
        passed += group.length - missed;
        failed += missed;
      }
    };
    await Promise.all(copies.map(tryNext));
  } finally {
    for (const copy of copies) copy.remove();
  }
  const total = `${((performance.now() - startedAt) / 1_000).toFixed(1)} s`;
  console.log(
    failed === 0 ? `\nAll ${passed} planted faults are caught (${total}).` : `\n${failed} faults of the checks themselves (${total}).`,
  );
  if (values.report !== undefined) writeFileSync(values.report, JSON.stringify({ passed, failed }));
  return failed === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error);
  process.exitCode = 2;
}
