// @ts-check
import { findServer } from './find-server.mjs';
import { freePort } from './free-port.mjs';
import { startProgram, untilUp } from './own-program.mjs';

/** It answers within half a second on an idle machine. */
const startMs = 20_000;
/** Another program may take a port between finding it and using it. */
const attempts = 3;

/** Of a server that only this machine reaches. The secret is as long as the server wants it. */
export const account = { apiKey: 'parley', apiSecret: 'a-secret-of-a-server-on-loopback' };

/**
 * `nodeId` is how it calls itself. `stop` ends it, gently at first, `kill` at once, as a power cut would; again is harmless. `output` gives its last lines.
 *
 * @typedef {{
 *   readonly url: string,
 *   readonly apiKey: string,
 *   readonly apiSecret: string,
 *   readonly port: number,
 *   readonly nodeId: string,
 *   readonly output: () => readonly string[],
 *   readonly stop: () => Promise<void>,
 *   readonly kill: () => Promise<void>,
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
  // The second signal has it not wait for its rooms.
  const server = startProgram(program, ['--config-body', JSON.stringify(body)], { stopSignals: ['SIGTERM', 'SIGTERM'] });
  const { output, stop, kill } = server;
  let nodeId = '';
  // What it writes may be read after it answers.
  const isUp = async () => {
    [, nodeId = ''] = /"nodeID": "(ND_\w+)"/.exec(output().join('')) ?? [];
    return nodeId !== '' && (await answers(port));
  };
  await untilUp(server, { name: `${program} on port ${port}`, isUp, timeoutMs: startMs });
  return { url: `ws://127.0.0.1:${port}`, ...account, port, nodeId, output, stop, kill, [Symbol.asyncDispose]: stop };
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
      // Nobody answers there, nor needs to. By itself the server names some by name: on a machine without DNS each of a call's lookups holds a thread for seconds.
      stun_servers: ['127.0.0.1:3478'],
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

/** @param {number} port */
async function answers(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}
