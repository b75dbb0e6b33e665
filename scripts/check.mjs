// @ts-check
// All checks but the tests: every one runs, then the faults are told. `npm run check`, or `npm run check -- lint types` for some.
import { writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runSteps } from './check/run-step.mjs';
import { steps } from './check/steps.mjs';

const folder = fileURLToPath(new URL('..', import.meta.url));
/** @param {number} durationMs */
const seconds = (durationMs) => `${(durationMs / 1_000).toFixed(1)} s`;

const help = `npm run check [-- STEP...] [--report FILE]

Runs the steps named, or all, and exits 1 if one fails. --report writes how many passed and failed, as JSON.

${steps.map((step) => `  ${step.name.padEnd(11)}${step.about}`).join('\n')}`;

/** @param {readonly string[]} names */
function selectSteps(names) {
  const unknown = names.filter((name) => !steps.some((step) => step.name === name));
  if (unknown.length > 0) throw new Error(`no step is named ${unknown.join(', ')}; there are ${steps.map((step) => step.name).join(', ')}`);
  return names.length === 0 ? steps : steps.filter((step) => names.includes(step.name));
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, report: { type: 'string' } },
    allowPositionals: true,
  });
  if (values.help === true) {
    console.log(help);
    return 0;
  }
  const startedAt = performance.now();
  const results = await runSteps(selectSteps(positionals), {
    folder,
    atOnce: availableParallelism(),
    onEnd: ({ step, isPassed, durationMs }) =>
      console.log(`${isPassed ? 'ok  ' : 'FAIL'} ${step.name.padEnd(11)} ${seconds(durationMs).padStart(7)}  ${step.about}`),
  });
  const failed = results.filter((result) => !result.isPassed);
  for (const { step, output } of failed) console.log(`\n--- ${step.name}: ${step.command.join(' ')}\n${output.trimEnd()}`);
  const total = seconds(performance.now() - startedAt);
  if (failed.length === 0) console.log(`\nAll ${results.length} checks pass (${total}).`);
  else console.log(`\n${failed.length} of ${results.length} checks fail: ${failed.map(({ step }) => step.name).join(', ')} (${total}).`);
  if (values.report !== undefined) {
    writeFileSync(values.report, JSON.stringify({ passed: results.length - failed.length, failed: failed.length }));
  }
  return failed.length === 0 ? 0 : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
