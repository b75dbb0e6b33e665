// @ts-check
import { spawn } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageTool } from './package-tools.mjs';
import { plainEnvironment } from './plain-environment.mjs';

const startMs = 60_000;
const lookEveryMs = 50;
/** Of what it prints, which is looked at only if it does not start. */
const mostPrinted = 4000;

/** A port that nobody listens on. @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

/** Anyone may publish to it, and it asks nobody else. @param {{ readonly port: number; readonly storage: string }} options */
const configuration = ({ port, storage }) => `storage: ${JSON.stringify(storage)}
listen: 127.0.0.1:${port}
web: { enable: false }
uplinks: {}
packages: { '**': { access: $all, publish: $anonymous } }
max_body_size: 100mb
log: { type: stdout, format: pretty, level: warn }
`;

/**
 * Starts a registry on loopback, empty.
 *
 * @param {string} folder Where it keeps what is published.
 * @returns {Promise<{ readonly url: string; readonly close: () => Promise<void> }>}
 */
export async function startRegistry(folder) {
  mkdirSync(folder);
  const port = await freePort();
  const file = join(folder, 'configuration.yaml');
  writeFileSync(file, configuration({ port, storage: join(folder, 'storage') }));
  const child = spawn(process.execPath, [packageTool('verdaccio'), '--config', file], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: plainEnvironment(),
  });
  let printed = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (/** @type {Buffer} */ chunk) => {
      printed = `${printed}${chunk.toString()}`.slice(-mostPrinted);
    });
  }
  const closed = new Promise((resolve) => {
    child.once('close', resolve);
  });
  const close = async () => {
    child.kill();
    await closed;
  };
  const url = `http://127.0.0.1:${port}/`;
  try {
    await answers(url, () => child.exitCode === null);
  } catch (error) {
    await close();
    throw new Error(`the local registry (verdaccio) does not answer:\n${printed}`, { cause: error });
  }
  return { url, close };
}

/** @param {string} url @param {() => boolean} isRunning */
async function answers(url, isRunning) {
  const startedAt = performance.now();
  while (isRunning() && performance.now() - startedAt < startMs) {
    const response = await fetch(new URL('-/ping', url)).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, lookEveryMs);
    });
  }
  throw new Error(`no answer from ${url} after ${Math.round(performance.now() - startedAt)} ms`);
}
