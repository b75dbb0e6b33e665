// @ts-check
// A LiveKit server on this machine alone: for tests, and to try things. Prints what to put into the environment, or runs a command with it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { findServer, installServer, serverVersion } from './livekit-server/find-server.mjs';
import { startLiveKitNodes } from './livekit-server/start-nodes.mjs';
import { account, startLiveKitServer } from './livekit-server/start-server.mjs';

const help = `node scripts/livekit-server.mjs [--port N | --nodes N] [--config FILE] [--install | --find] [--unless-set] [-- COMMAND...]

Starts a LiveKit server on 127.0.0.1 and prints LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET; runs until it is interrupted. With a
command, runs that with them in its environment, and ends with it. It is found by PARLEY_LIVEKIT_SERVER, on the PATH, or in ~/.cache/parley.

  --install      builds version ${serverVersion} with go into ~/.cache/parley if there is none, prints where it is, and starts nothing
  --find         prints where it is, or exits with 1
  --unless-set   with a command: starts none where LIVEKIT_URL is set, builds one if there is none, and has it where the next command looks
  --port N       for HTTP and WebSocket; default: any that is free
  --nodes N      so many servers, joined by a Redis, behind one URL: needs redis-server
  --config FILE  more of the server's configuration, as JSON`;

async function main() {
  const mark = process.argv.indexOf('--', 2);
  const command = mark === -1 ? [] : process.argv.slice(mark + 1);
  const { values } = parseArgs({
    args: process.argv.slice(2, mark === -1 ? undefined : mark),
    options: {
      help: { type: 'boolean', short: 'h' },
      install: { type: 'boolean' },
      find: { type: 'boolean' },
      'unless-set': { type: 'boolean' },
      port: { type: 'string' },
      nodes: { type: 'string' },
      config: { type: 'string' },
    },
  });
  if (values.help === true) return say(help);
  if (values.install === true) return say(findServer() ?? installServer());
  if (values.find === true) return found();
  const isShared = values['unless-set'] === true;
  if (isShared && (process.env['LIVEKIT_URL'] ?? '') !== '') return runCommand(command, {});
  if (isShared && findServer() === undefined) buildServer();
  if (isShared && (await answers(sharedPort)))
    return runCommand(command, environmentOf({ url: `ws://127.0.0.1:${sharedPort}`, ...account }));
  const config = values.config === undefined ? {} : { config: JSON.parse(readFileSync(values.config, 'utf8')) };
  const port = values.port === undefined ? (isShared ? { port: sharedPort } : {}) : { port: Number(values.port) };
  const server =
    values.nodes === undefined
      ? await startLiveKitServer({ ...port, ...config })
      : await startLiveKitNodes({ count: Number(values.nodes), ...config });
  const environment = environmentOf(server);
  try {
    return await (command.length === 0 ? runUntilInterrupted(environment) : runCommand(command, environment));
  } finally {
    await server.stop();
  }
}

/** Where a server that is started for one command is found by another: LiveKit's usual port. */
const sharedPort = 7880;

/** @param {{ readonly url: string, readonly apiKey: string, readonly apiSecret: string }} server */
const environmentOf = ({ url, apiKey, apiSecret }) => ({ LIVEKIT_URL: url, LIVEKIT_API_KEY: apiKey, LIVEKIT_API_SECRET: apiSecret });

/** For somebody who wants to see an agent, and has read nothing of servers. */
function buildServer() {
  console.error(`There is no livekit-server here: it is built with go, once, which takes minutes.
To use another, press Ctrl-C and set LIVEKIT_URL, LIVEKIT_API_KEY and LIVEKIT_API_SECRET.`);
  installServer();
}

/** @param {number} port */
async function answers(port) {
  const response = await fetch(`http://127.0.0.1:${port}/`).catch(() => undefined);
  await response?.body?.cancel();
  return response?.status === 200;
}

function found() {
  const program = findServer();
  return program === undefined ? 1 : say(program);
}

/** @param {string} text */
function say(text) {
  console.log(text);
  return 0;
}

/** @param {Record<string, string>} environment */
async function runUntilInterrupted(environment) {
  for (const [name, value] of Object.entries(environment)) console.log(`${name}=${value}`);
  await new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, resolve);
  });
  return 0;
}

/** @param {readonly string[]} command @param {Record<string, string>} environment */
async function runCommand([program = '', ...rest], environment) {
  // Interrupted at the terminal, the command hears of it as well, and its end is this one's.
  process.on('SIGINT', () => {});
  const child = spawn(program, rest, { stdio: 'inherit', env: { ...process.env, ...environment } });
  process.once('SIGTERM', () => child.kill('SIGTERM'));
  const [code] = await once(child, 'exit');
  return typeof code === 'number' ? code : 1;
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
