// @ts-check
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { findServer } from './find-server.mjs';
import { freePort } from './free-port.mjs';

/** It answers within half a second on an idle machine. */
const startMs = 20_000;
const askEveryMs = 50;
/** For a server that was asked to go: it waits for its rooms. */
const stopMs = 3_000;
/** Another program may take a port between finding it and using it. */
const attempts = 3;
const linesKept = 200;

/** Of a server that only this machine reaches. The secret is as long as the server wants it. */
export const account = { apiKey: 'parley', apiSecret: 'a-secret-of-a-server-on-loopback' };

/**
 * `stop` ends it, gently at first, `kill` at once, as a power cut would; again is harmless. `output` gives its last lines.
 *
 * @typedef {{
 *   readonly url: string,
 *   readonly apiKey: string,
 *   readonly apiSecret: string,
 *   readonly port: number,
 *   output(): readonly string[],
 *   stop(): Promise<void>,
 *   kill(): Promise<void>,
 * } & AsyncDisposable} LiveKitServer
 */

/**
 * Starts a LiveKit server on loopback, on free ports, and waits until it answers.
 *
 * @param {object} [options]
 * @param {number} [options.port] HTTP and WebSocket; any free one by default. Give one to start a server anew where another was.
 * @param {Record<string, unknown>} [options.config] More of the server's configuration, laid over what is needed here, section by section.
 * @returns {Promise<LiveKitServer>}
 * @throws {Error} There is none, or it does not answer: with its last lines.
 */
export async function startLiveKitServer({ port, config = {} } = {}) {
  const program = findServer();
  if (program === undefined) throw new Error('there is no livekit-server: node scripts/livekit-server.mjs --install');
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await startOnce(program, port ?? (await freePort('tcp')), config);
    } catch (error) {
      if (attempt === attempts) throw error;
    }
  }
}

/** @param {string} program @param {number} port @param {Record<string, unknown>} config @returns {Promise<LiveKitServer>} */
async function startOnce(program, port, config) {
  const body = await serverConfig(port, config);
  const child = spawn(program, ['--config-body', JSON.stringify(body)], { stdio: ['ignore', 'pipe', 'pipe'] });
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
  // A program that is ended in the midst of its work leaves no server behind.
  const killAtExit = () => child.kill('SIGKILL');
  process.once('exit', killAtExit);
  const end = async (/** @type {boolean} */ gently) => {
    process.off('exit', killAtExit);
    if (child.exitCode !== null || child.signalCode !== null) return;
    if (!gently) child.kill('SIGKILL');
    else {
      // The second one has it not wait for its rooms.
      child.kill('SIGTERM');
      child.kill('SIGTERM');
    }
    const timer = setTimeout(() => child.kill('SIGKILL'), stopMs);
    await exited;
    clearTimeout(timer);
  };
  if (!(await answers(port, child))) {
    await end(false);
    throw new Error(`${program} does not answer on port ${port}. Its last lines:\n${lines.join('\n')}`);
  }
  return {
    url: `ws://127.0.0.1:${port}`,
    ...account,
    port,
    output: () => lines,
    stop: () => end(true),
    kill: () => end(false),
    [Symbol.asyncDispose]: () => end(true),
  };
}

/** @param {number} port @param {Record<string, unknown>} more */
async function serverConfig(port, more) {
  /** @type {Record<string, unknown>} */
  const config = {
    port,
    bind_addresses: ['127.0.0.1'],
    keys: { [account.apiKey]: account.apiSecret },
    rtc: {
      node_ip: '127.0.0.1',
      use_external_ip: false,
      enable_loopback_candidate: true,
      tcp_port: await freePort('tcp'),
      udp_port: await freePort('udp'),
    },
    logging: { level: 'info' },
  };
  for (const [section, value] of Object.entries(more)) {
    const known = config[section];
    config[section] = isSection(known) && isSection(value) ? { ...known, ...value } : value;
  }
  return config;
}

/** @param {unknown} value @returns {value is Record<string, unknown>} */
const isSection = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);

/** @param {number} port @param {import('node:child_process').ChildProcess} child */
async function answers(port, child) {
  const startedAt = performance.now();
  while (performance.now() - startedAt < startMs && child.exitCode === null && child.signalCode === null) {
    const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.status === 200) return true;
    await new Promise((resolve) => {
      setTimeout(resolve, askEveryMs);
    });
  }
  return false;
}
