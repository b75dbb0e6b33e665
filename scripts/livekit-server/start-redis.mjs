// @ts-check
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from './free-port.mjs';
import { startProgram, untilUp } from './own-program.mjs';

const startMs = 10_000;
const answerMs = 5_000;

/** Where `redis-server` is: named by `PARLEY_REDIS_SERVER`, or on the PATH. @returns {string | undefined} */
function findRedis() {
  const named = process.env['PARLEY_REDIS_SERVER'];
  const onPath = (process.env['PATH'] ?? '').split(delimiter).map((folder) => join(folder, 'redis-server'));
  return [...(named ? [named] : []), ...onPath].find((file) => existsSync(file));
}

/**
 * Whether tests can run a Redis; if not, says loudly that they are left out.
 *
 * @returns {boolean}
 * @throws {Error} There is none, and `PARLEY_REQUIRE` says that it must not be missing.
 */
export function hasRedis() {
  if (findRedis() !== undefined) return true;
  const how = 'apt-get install redis-server';
  const isRequired = (process.env['PARLEY_REQUIRE'] ?? '').split(',').includes('redis');
  if (isRequired) throw new Error(`PARLEY_REQUIRE names redis, but there is no redis-server: ${how}`);
  process.stderr.write(`\nSKIPPED: there is no redis-server, so nothing is tested on several nodes (${how})\n\n`);
  return false;
}

/**
 * `kill` ends it as a power cut would, `restart` starts it anew on the same port, with what it had written. `field` is that of a hash, byte for
 * byte (`latin1`), and undefined where there is none.
 *
 * @typedef {{
 *   readonly address: string,
 *   readonly kill: () => Promise<void>,
 *   readonly restart: () => Promise<void>,
 *   readonly field: (hash: string, name: string) => Promise<string | undefined>,
 *   readonly stop: () => Promise<void>,
 * }} Redis
 */

/**
 * Starts a Redis on loopback, on a free port, that writes each change to a folder of its own, and waits until it answers.
 *
 * @returns {Promise<Redis>}
 * @throws {Error} There is none, or it does not answer: with its last lines.
 */
export async function startRedis() {
  const program = findRedis();
  if (program === undefined) throw new Error('there is no redis-server: apt-get install redis-server');
  const folder = mkdtempSync(join(tmpdir(), 'parley-redis-'));
  const port = await freePort('tcp');
  const settings = { port, bind: '127.0.0.1', dir: folder, save: '', appendonly: 'yes', appendfsync: 'always', daemonize: 'no' };
  const start = async () => {
    const redis = startProgram(
      program,
      Object.entries(settings).flatMap(([name, value]) => [`--${name}`, String(value)]),
    );
    await untilUp(redis, { name: `${program} on port ${port}`, isUp: () => answers(port), timeoutMs: startMs });
    return redis;
  };
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  let running = await start().catch((error) => {
    removeFolder();
    throw error;
  });
  const stop = async () => {
    await running.kill();
    removeFolder();
  };
  return {
    address: `127.0.0.1:${port}`,
    kill: () => running.kill(),
    restart: async () => {
      await running.kill();
      running = await start();
    },
    field: (hash, name) => readField(port, `HGET ${hash} ${name}`),
    stop,
  };
}

/** @param {number} port @returns {Promise<boolean>} */
function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'));
    socket.setTimeout(1000, () => socket.destroy());
    socket.once('data', (data) => {
      resolve(data.toString().startsWith('+PONG'));
      socket.destroy();
    });
    socket.once('error', () => resolve(false));
    socket.once('close', () => resolve(false));
  });
}

/**
 * @param {number} port
 * @param {string} command On one line, with an answer of one text.
 * @returns {Promise<string | undefined>}
 * @see https://redis.io/docs/latest/develop/reference/protocol-spec/#bulk-strings
 */
function readField(port, command) {
  return new Promise((resolve, reject) => {
    let told = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.setEncoding('latin1').setTimeout(answerMs, () => socket.destroy(new Error(`no answer to ${command} within ${answerMs} ms`)));
    socket.on('data', (text) => {
      told += text;
      if (told.startsWith('-')) return void socket.destroy(new Error(`${command}: ${told.trim()}`));
      const [head, size] = /^\$(-?\d+)\r\n/.exec(told) ?? [];
      if (head === undefined || told.length < head.length + Number(size)) return;
      resolve(Number(size) < 0 ? undefined : told.slice(head.length, head.length + Number(size)));
      socket.destroy();
    });
    socket.once('error', reject);
    socket.once('close', () => reject(new Error(`the connection ended before the answer to ${command}`)));
  });
}
