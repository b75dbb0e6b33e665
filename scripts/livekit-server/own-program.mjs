// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';

/** For a program that was asked to go. */
const stopMs = 3_000;
const linesKept = 200;
/** Of util-linux: has the kernel end a program when whoever started it dies, also when that is killed and can do nothing any more. */
const dieWithParent = '/usr/bin/setpriv';

/**
 * A program that runs, and ends with this process at the latest, however that ends (where there is no `setpriv`: unless it is killed).
 * `stop` ends it, gently at first, `kill` at once, as a power cut would; again is harmless. `output` gives its last lines.
 *
 * @typedef {{
 *   readonly pid: number | undefined,
 *   readonly hasEnded: boolean,
 *   readonly output: () => readonly string[],
 *   readonly stop: () => Promise<void>,
 *   readonly kill: () => Promise<void>,
 * }} OwnProgram
 */

/**
 * @param {string} program
 * @param {readonly string[]} parameters
 * @param {{ readonly stopSignals?: readonly NodeJS.Signals[] }} [options] What asks it to go, in this order.
 * @returns {OwnProgram}
 */
export function startProgram(program, parameters, { stopSignals = ['SIGTERM'] } = {}) {
  const command = existsSync(dieWithParent) ? [dieWithParent, '--pdeathsig', 'KILL', program] : [program];
  const [file = program, ...first] = command;
  const child = spawn(file, [...first, ...parameters], { stdio: ['ignore', 'pipe', 'pipe'] });
  /** @type {string[]} */
  const lines = [];
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      lines.push(...text.trimEnd().split('\n'));
      lines.splice(0, lines.length - linesKept);
    });
  }
  const exited = once(child, 'exit');
  exited.catch(() => {});
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const end = async (/** @type {readonly NodeJS.Signals[]} */ signals) => {
    process.off('exit', killAtExit);
    if (hasEnded()) return;
    for (const signal of signals) child.kill(signal);
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(timer);
  };
  return {
    pid: child.pid,
    get hasEnded() {
      return hasEnded();
    },
    output: () => lines,
    stop: () => end(stopSignals),
    kill: () => end(['SIGKILL']),
  };
}

/**
 * Asks again and again until the program answers.
 *
 * @param {OwnProgram} program
 * @param {{ readonly name: string, readonly isUp: () => Promise<boolean>, readonly timeoutMs: number }} options
 * @throws {Error} It does not, and was ended: with its last lines.
 */
export async function untilUp(program, { name, isUp, timeoutMs }) {
  const startedAt = performance.now();
  while (performance.now() - startedAt < timeoutMs && !program.hasEnded) {
    if (await isUp()) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
  await program.kill();
  throw new Error(`${name} does not answer. Its last lines:\n${program.output().join('\n')}`);
}
