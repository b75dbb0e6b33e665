// @ts-check
import { spawnSync } from 'node:child_process';
import { plainEnvironment } from './plain-environment.mjs';

const timeoutMs = 300_000;
/** What an installer says where ranges do not fit, and goes on all the same. */
const peerProblem = /ERESOLVE|unmet peer|missing peer|peer dependenc.*(issue|conflict)/i;

/**
 * Runs a command to its end, as somebody in a folder of his own would type it.
 *
 * @param {string} command Parts by blanks; what stands in `programs` is run by Node from there.
 * @param {{ readonly folder: string; readonly programs?: Readonly<Record<string, string>>; readonly environment?: Readonly<Record<string, string>> }} options
 * @returns {string} What it printed.
 * @throws {Error} It failed, or an installer told of ranges that do not fit; with what it printed.
 */
export function runCommand(command, { folder, programs = {}, environment = {} }) {
  const [name = '', ...parameters] = command.split(' ');
  const program = programs[name];
  const { status, error, stdout, stderr } = spawnSync(
    program === undefined ? name : process.execPath,
    program === undefined ? parameters : [program, ...parameters],
    { cwd: folder, encoding: 'utf8', timeout: timeoutMs, env: plainEnvironment(environment) },
  );
  const printed = `${stdout}${stderr}`.trimEnd();
  if (status === 0 && !peerProblem.test(printed)) return printed;
  throw new Error(`"${command}" failed: ${error?.message ?? `exit code ${status}`}\n${printed}`);
}
