import type { RuleId } from '../../rules/rule.js';
import { begun, type Files, goodFiles, goodManifest, replaced } from './good-package.js';

interface PackageMutant {
  readonly id: RuleId;
  readonly name: string;
  readonly files: Files;
}

const manifest = (change: object): Files => ({ ...goodFiles, 'package.json': JSON.stringify({ ...goodManifest, ...change }) });

/** Broken in what npm reads: packed and installed anew. */
export const manifestMutants: readonly PackageMutant[] = [
  { id: 'PKG-1.1', name: 'depends on a folder of its author', files: manifest({ dependencies: { own: 'file:../own.tgz' } }) },
  { id: 'PKG-1.2', name: 'asks for one version of core', files: manifest({ peerDependencies: { '@parley/core': '1.2.3' } }) },
];

/** Broken in what is installed. */
export const installedMutants: readonly PackageMutant[] = [
  { id: 'PKG-1.3', name: 'imports what it does not declare', files: begun("import 'ws';") },
  { id: 'PKG-1.3', name: 'ends the process when it is imported', files: begun('process.exit(1);') },
  { id: 'PKG-1.4', name: 'waits at its top level', files: begun('await Promise.resolve();') },
  { id: 'PKG-1.5', name: 'connects', files: begun("import net from 'node:net'; net.connect(9, '127.0.0.1').on('error', () => {}).destroy();") },
  { id: 'PKG-1.5', name: 'fetches', files: begun("fetch('http://127.0.0.1:9').catch(() => {});") },
  { id: 'PKG-1.6', name: 'sets a timer', files: begun('setTimeout(() => {}, 1).unref();') },
  { id: 'PKG-1.7', name: 'reads a file', files: begun("import { readFileSync } from 'node:fs'; readFileSync(new URL('package.json', import.meta.url));") },
  { id: 'PKG-1.7', name: 'reads a file by a promise', files: begun("import { readFile } from 'node:fs/promises'; readFile(new URL('package.json', import.meta.url)).catch(() => {});") },
  { id: 'PKG-1.7', name: 'writes to a log', files: begun("import { appendFileSync } from 'node:fs'; appendFileSync(new URL('log.txt', import.meta.url), 'imported');") },
  { id: 'PKG-1.7', name: 'copies a file', files: begun("import { copyFileSync } from 'node:fs'; copyFileSync(new URL('package.json', import.meta.url), new URL('copy.json', import.meta.url));") },
  { id: 'PKG-1.7', name: 'moves a file', files: begun("import fs from 'node:fs'; try { fs.renameSync(new URL('none.json', import.meta.url), new URL('some.json', import.meta.url)); } catch {}") },
  { id: 'PKG-1.7', name: 'touches a file', files: begun("import { utimesSync } from 'node:fs'; utimesSync(new URL('package.json', import.meta.url), 1, 1);") },
  { id: 'PKG-1.7', name: 'loads variables from a file', files: begun("try { process.loadEnvFile('./none.env'); } catch {}") },
  { id: 'PKG-1.8', name: 'reads its key', files: begun("const key = process.env.GOOD_API_KEY;") },
  { id: 'PKG-1.8', name: 'reads its key by an import', files: begun("import { env } from 'node:process'; const key = env.GOOD_API_KEY;") },
  { id: 'PKG-1.9', name: 'starts a thread', files: begun("import { Worker } from 'node:worker_threads'; new Worker('', { eval: true }).unref();") },
  { id: 'PKG-1.10', name: 'prints', files: begun("console.log('Welcome!');") },
  { id: 'PKG-1.11', name: 'keeps the process alive', files: begun("import { MessageChannel } from 'node:worker_threads'; new MessageChannel().port1.on('message', () => {});") },
  { id: 'PKG-1.12', name: 'has types that import what is not there', files: replaced('index.d.ts', '@parley/core/provider', '@parley/core/providers') },
  { id: 'PKG-1.12', name: 'has no types', files: { ...goodFiles, 'index.d.ts': '' } },
  { id: 'PKG-1.13', name: 'exports no plugin', files: { ...goodFiles, 'index.js': 'export const answer = 42;' } },
  { id: 'PKG-1.13', name: 'is of another version', files: replaced('index.js', 'specificationVersions: [1]', 'specificationVersions: [2]') },
  { id: 'PKG-1.14', name: 'has a display name that is none', files: replaced('index.js', "displayName: 'Good'", "displayName: ''") },
  { id: 'PKG-1.15', name: 'offers a kind that nobody knows', files: replaced('index.js', "kinds: {\n    llm: {", "kinds: {\n    parrot: { models: [{ name: 'one' }], defaultModel: 'one', create: () => ({ specificationVersion: 1, kind: 'parrot', provider: 'good', model: 'one', capabilities: Object.freeze({}) }) },\n    llm: {") },
  { id: 'PKG-1.16', name: 'has a default that is no model', files: replaced('index.js', "models: [{ name: 'one', aliases: ['uno'] }, ", 'models: [') },
  { id: 'PKG-1.16', name: 'has a name twice', files: replaced('index.js', "aliases: ['uno']", "aliases: ['two']") },
  { id: 'PKG-1.17', name: 'does not say whether its key is secret', files: replaced('index.js', ', secret: true', '') },
  { id: 'PKG-1.18', name: 'wants its key when an instance is made', files: replaced('index.js', 'create: ({ name }) => ({', "create: ({ name }, settings) => ({ ...(settings.apiKey ?? ''),") },
  { id: 'PKG-1.18', name: 'makes instances that say another kind', files: replaced('index.js', "kind: 'llm'", "kind: 'stt'") },
  { id: 'PKG-1.19', name: 'does not freeze its capabilities', files: replaced('index.js', 'Object.freeze({ tools: false })', '{ tools: false }') },
  { id: 'PKG-1.20', name: 'sets a timer when an instance is made', files: replaced('index.js', 'generate: () => []', "generate: setTimeout(() => {}, 1).unref()") },
];
