// @ts-check
// Adds up what a CI run passed and failed: `node scripts/ci/count.mjs --failures N FOLDER`. FOLDER holds reports, JSON files of the form
// `{ passed, failed }`, from the checks and from each run of the tests; N is what failed without a report. Prints `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

const { values, positionals } = parseArgs({ options: { failures: { type: 'string', default: '0' } }, allowPositionals: true });
const [folder] = positionals;
if (folder === undefined) throw new Error('name the folder of the reports');

let passed = 0;
let failed = Number(values.failures);
for (const name of readdirSync(folder).filter((file) => file.endsWith('.json'))) {
  /** @type {{ readonly passed: number; readonly failed: number }} */
  const report = JSON.parse(readFileSync(join(folder, name), 'utf8'));
  passed += report.passed;
  failed += report.failed;
}
console.log(`${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
