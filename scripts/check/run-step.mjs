// @ts-check
import { spawn } from 'node:child_process';

/**
 * @typedef {object} StepResult
 * @property {import('./steps.mjs').Step} step
 * @property {boolean} isPassed
 * @property {number} durationMs
 * @property {string} output What it printed, both streams as they came.
 */

/** No step takes a tenth of this; one that hangs must not take the run with it. */
const timeoutMs = 300_000;

/**
 * Runs one step to its end. A step that cannot start or does not end has failed.
 *
 * @param {import('./steps.mjs').Step} step
 * @param {string} folder The repository's folder, or a copy's.
 * @returns {Promise<StepResult>}
 */
export function runStep(step, folder) {
  const startedAt = performance.now();
  const [program = '', ...parameters] = step.command;
  return new Promise((resolve) => {
    let output = '';
    const child = spawn(program, parameters, {
      cwd: folder,
      env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', NO_COLOR: '1', FORCE_COLOR: undefined, npm_config_loglevel: 'error' },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: timeoutMs,
    });
    /** @param {Buffer} chunk */
    const collect = (chunk) => {
      output += chunk.toString();
    };
    child.stdout.on('data', collect);
    child.stderr.on('data', collect);
    /** @param {boolean} isPassed */
    const finish = (isPassed) => resolve({ step, isPassed, durationMs: performance.now() - startedAt, output });
    child.once('error', (error) => {
      output += `${step.command.join(' ')} cannot start: ${error.message}\n`;
      finish(false);
    });
    child.once('close', (code, signal) => {
      if (signal !== null) output += `ended by ${signal} after ${Math.round(performance.now() - startedAt)} ms\n`;
      finish(code === 0);
    });
  });
}

/**
 * Runs steps side by side, as many as there are processors, and tells of each as it ends.
 *
 * @param {readonly import('./steps.mjs').Step[]} steps
 * @param {{ readonly folder: string; readonly atOnce: number; readonly onEnd: (result: StepResult) => void }} options
 * @returns {Promise<readonly StepResult[]>}
 */
export async function runSteps(steps, { folder, atOnce, onEnd }) {
  const waiting = [...steps];
  /** @type {StepResult[]} */
  const results = [];
  const work = async () => {
    for (let step = waiting.shift(); step !== undefined; step = waiting.shift()) {
      const result = await runStep(step, folder);
      results.push(result);
      onEnd(result);
    }
  };
  await Promise.all(Array.from({ length: Math.max(1, atOnce) }, work));
  return results;
}
