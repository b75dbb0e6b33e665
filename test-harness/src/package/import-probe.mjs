// @ts-check
// Runs in the folder where a plugin was installed: imports it, and tells what the import did besides, and what it exports.
// A file of its own, and plain: nothing of the kit is loaded here, so all that happens is the plugin's.
import childProcess from 'node:child_process';
import dgram from 'node:dgram';
import fs from 'node:fs';
import { createRequire, syncBuiltinESMExports } from 'node:module';
import net from 'node:net';
import timers from 'node:timers';
import workerThreads from 'node:worker_threads';

const name = process.argv[2] ?? '';
const send = process.send?.bind(process);
Reflect.deleteProperty(process, 'send');

/** @typedef {{ readonly area: 'socket' | 'timer' | 'file' | 'environment' | 'process'; readonly what: string; readonly where: string }} Deed */
/** @type {Deed[]} */
let deeds = [];

/** Who called, nearest first, without this file. */
function callers() {
  const lines = (new Error('here').stack ?? '').split('\n').slice(1);
  const places = lines.map((line) => /\(([^()]*)\)$/.exec(line)?.[1] ?? line.trim().replace(/^at (async )?/, ''));
  // What is called by the language itself (`Object.keys`, a call of `map`) has no place: who called that is asked.
  return places.filter((place) => !place.includes('import-probe.mjs') && place !== '<anonymous>');
}

/** Node's loader reads files, and Node itself variables: that is nobody's deed. A connection is the plugin's, whatever of Node it is made by. */
const ownOfNode = new Set(['file', 'environment']);
/** @param {string} place */
const isNode = (place) => place.startsWith('node:');

/** @param {Deed['area']} area @param {string} what */
function note(area, what) {
  const places = callers();
  const where = ownOfNode.has(area) ? places[0] : places.find((place) => !isNode(place));
  if (where === undefined || isNode(where)) return;
  if (deeds.length < 100) deeds.push({ area, what, where: where.replace(/^.*node_modules\//, '') });
}

/** @param {object} owner @param {readonly string[]} names @param {Deed['area']} area */
function watch(owner, names, area) {
  for (const key of names) {
    const original = Reflect.get(owner, key);
    if (typeof original !== 'function') continue;
    /** @this {unknown} @param {unknown[]} parameters */
    const watched = function (...parameters) {
      const first = typeof parameters[0] === 'string' || parameters[0] instanceof URL ? ` ${String(parameters[0])}` : '';
      note(area, `${key}${first}`);
      return new.target === undefined ? Reflect.apply(original, this, parameters) : Reflect.construct(original, parameters, new.target);
    };
    Object.setPrototypeOf(watched, original);
    watched.prototype = original.prototype;
    Object.defineProperty(owner, key, { value: watched, configurable: true, writable: true });
  }
}

/** Whatever there is: what a plugin does with a file is not for this list to foresee. @param {object} owner */
const functionsOf = (owner) => Object.keys(owner).filter((key) => typeof Reflect.get(owner, key) === 'function');
watch(fs, functionsOf(fs), 'file');
watch(fs.promises, functionsOf(fs.promises), 'file');
watch(process, ['loadEnvFile'], 'file');
watch(net.Socket.prototype, ['connect'], 'socket');
watch(net.Server.prototype, ['listen'], 'socket');
watch(dgram, ['createSocket'], 'socket');
watch(globalThis, ['fetch'], 'socket');
for (const owner of [globalThis, timers]) watch(owner, ['setTimeout', 'setInterval', 'setImmediate'], 'timer');
watch(timers.promises, ['setTimeout', 'setInterval', 'setImmediate'], 'timer');
watch(childProcess, ['spawn', 'spawnSync', 'fork', 'exec', 'execSync', 'execFile', 'execFileSync'], 'process');
watch(workerThreads, ['Worker'], 'process');
/** @param {string | symbol} key */
const noteRead = (key) => {
  if (typeof key === 'string') note('environment', key);
};
process.env = new Proxy(process.env, {
  get: (target, key) => (noteRead(key), Reflect.get(target, key)),
  has: (target, key) => (noteRead(key), Reflect.has(target, key)),
  getOwnPropertyDescriptor: (target, key) => (noteRead(key), Reflect.getOwnPropertyDescriptor(target, key)),
  ownKeys: (target) => (note('environment', 'all names'), Reflect.ownKeys(target)),
});
syncBuiltinESMExports();

/** Functions by their name, so that it can be sent. @param {unknown} value @param {number} [depth] @returns {unknown} */
function described(value, depth = 0) {
  if (typeof value === 'function') return '[function]';
  if (depth > 6) return '…';
  if (typeof value !== 'object' || value === null) return typeof value === 'symbol' || typeof value === 'bigint' ? String(value) : value;
  if (Array.isArray(value)) return value.slice(0, 1000).map((entry) => described(entry, depth + 1));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, described(entry, depth + 1)]));
}

/** @param {unknown} error */
const worded = (error) => (error instanceof Error ? `${error.name}: ${error.message}` : String(error));

/** Of each kind an instance, made without a setting, as an application does before it has a key. @param {any} plugin */
async function instancesOf(plugin) {
  /** @type {Record<string, unknown>} */
  const instances = {};
  for (const [kind, offered] of Object.entries(plugin?.kinds ?? {})) {
    try {
      const instance = await Reflect.get(Object(offered), 'create').call(offered, { name: Reflect.get(Object(offered), 'defaultModel') });
      const isFrozen = Object.isFrozen(instance?.capabilities);
      instances[kind] = { instance: described(instance), isFrozen };
      await instance?.close?.();
    } catch (error) {
      instances[kind] = { error: worded(error) };
    }
  }
  return instances;
}

/** @type {Record<string, unknown>} */
const facts = {};
try {
  const exports = await import(name);
  facts['importDeeds'] = deeds;
  deeds = [];
  facts['names'] = Object.keys(exports);
  facts['plugin'] = described(exports.parleyPlugin);
  facts['instances'] = await instancesOf(exports.parleyPlugin);
  facts['createDeeds'] = deeds;
  try {
    createRequire(import.meta.url)(name);
  } catch (error) {
    facts['requireError'] = worded(error);
  }
} catch (error) {
  facts['importError'] = worded(error);
}
send?.(facts);
