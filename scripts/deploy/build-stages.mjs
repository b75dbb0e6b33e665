// @ts-check
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { plainEnvironment } from '../published/plain-environment.mjs';

const timeoutMs = 300_000;

/**
 * Does what the stages of a Dockerfile say, as far as that needs no container: each stage is an empty folder that stands for its file system,
 * what is copied is copied, and what is run is run there by a shell. What changes the system itself (`apt-get`) is left out, and said.
 *
 * @param {readonly import('./read-dockerfile.mjs').Stage[]} stages
 * @param {{ readonly context: string; readonly into: string; readonly environment: Readonly<Record<string, string>> }} options
 * @returns {{ readonly folder: string; readonly environment: Record<string, string> }} The last stage's working folder, and what its image
 *   sets in the environment.
 */
export function buildStages(stages, { context, into, environment }) {
  /** @type {Record<string, string>} */
  let set = {};
  let folder = into;
  for (const { name, steps } of stages) {
    const root = join(into, name);
    mkdirSync(root, { recursive: true });
    folder = root;
    set = {};
    for (const { instruction, flags, text } of steps) {
      if (instruction === 'WORKDIR') {
        folder = join(root, text);
        mkdirSync(folder, { recursive: true });
      } else if (instruction === 'COPY') copy(text, { from: flags['from'] === undefined ? context : join(into, flags['from']), folder });
      else if (instruction === 'ENV') for (const [, key = '', value = ''] of text.matchAll(/(\w+)=(\S+)/g)) set[key] = value;
      else if (instruction === 'RUN') run(text, { folder, environment: { ...environment, ...set }, name });
    }
  }
  return { folder, environment: set };
}

/** @param {string} text @param {{ readonly from: string; readonly folder: string }} places */
function copy(text, { from, folder }) {
  const words = text.split(/\s+/);
  const target = words.pop() ?? '';
  for (const source of words) {
    const path = join(from, source);
    if (!existsSync(path)) throw new Error(`COPY ${text}: there is no ${source}`);
    // A file goes into a folder that is named with a slash at its end; a folder's content takes the target's name.
    cpSync(path, target.endsWith('/') ? join(folder, target, basename(source)) : join(folder, target), { recursive: true });
  }
}

/** @param {string} text @param {{ readonly folder: string; readonly environment: Readonly<Record<string, string>>; readonly name: string }} place */
function run(text, { folder, environment, name }) {
  if (text.startsWith('apt-get ')) return console.log(`${name}: left out, for it changes the system: ${text}`);
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync('sh', ['-c', text], {
    cwd: folder,
    encoding: 'utf8',
    timeout: timeoutMs,
    env: plainEnvironment(environment),
  });
  if (status !== 0) throw new Error(`${name}: "${text}" failed with ${status}:\n${stdout}${stderr}`);
  console.log(`${name}: ${text} (${((performance.now() - startedAt) / 1000).toFixed(1)} s)`);
}
