// @ts-check
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ readonly rule: { readonly id: string }; readonly outcome: string }} Verdict
 * @typedef {object} Report What is read of the kit's report.
 * @property {1} specificationVersion
 * @property {string} date
 * @property {{ readonly name: string; readonly version: string; readonly installedBytes: number }} [package]
 * @property {number} level
 * @property {readonly Verdict[]} packageVerdicts
 * @property {readonly { readonly kind: string; readonly name: string; readonly label: string; readonly capabilities: Record<string, unknown>; readonly verdicts: readonly Verdict[] }[]} subjects
 */

const command = fileURLToPath(new URL('../../test-harness/dist/cli.mjs', import.meta.url));

/**
 * Proves one plugin by the kit's own command, as its author would; what that prints is printed, or, of one of several at once, its table
 * when it has ended.
 *
 * @param {string} folder The plugin's.
 * @param {{ readonly kind: string | undefined; readonly isAlone: boolean }} options
 * @returns {Promise<{ readonly report: Report; readonly code: number }>}
 */
export async function provePlugin(folder, { kind, isAlone }) {
  if (!existsSync(command)) throw new Error('the kit is not built: npm run build');
  const work = mkdtempSync(join(tmpdir(), 'parley-matrix-'));
  const reportFile = join(work, 'report.json');
  const baseline = join(folder, 'conformance-baseline.json');
  const parameters = [
    command,
    join(folder, 'dist/index.mjs'),
    '--json',
    reportFile,
    ...(kind === undefined ? [] : ['--kind', kind]),
    ...(existsSync(baseline) ? ['--baseline', baseline] : []),
  ];
  try {
    let table = '';
    const code = await new Promise((resolve, reject) => {
      const stdio = /** @type {const} */ (['ignore', isAlone ? 'inherit' : 'pipe', isAlone ? 'inherit' : 'ignore']);
      const child = spawn(process.execPath, parameters, { cwd: folder, stdio: [...stdio] });
      child.stdout?.on('data', (/** @type {Buffer} */ chunk) => {
        table += chunk.toString();
      });
      child.once('error', reject);
      child.once('close', (status) => resolve(status ?? 3));
    });
    console.log(table);
    if (!existsSync(reportFile)) throw new Error(`the kit wrote no report of ${folder}: exit code ${code}`);
    return { report: JSON.parse(readFileSync(reportFile, 'utf8')), code };
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
