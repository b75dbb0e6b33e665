import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realClock } from '@parley/core';
import { afterEach, describe, expect, test } from 'vitest';
import type { AppOptions } from '../app-options.js';
import { runCommand } from '../run-command.js';

const key = 'a-key-that-is-not-to-be-shown';
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

/** The folder of an application, with these packages installed: by name, the text of their module. */
function application(packages: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'parley-doctor-'));
  folders.push(folder);
  for (const [name, text] of Object.entries(packages)) {
    const at = join(folder, 'node_modules', name);
    mkdirSync(at, { recursive: true });
    writeFileSync(join(at, 'package.json'), JSON.stringify({ name, version: '2.3.4', type: 'module', exports: './index.js' }));
    writeFileSync(join(at, 'index.js'), text);
  }
  return folder;
}

const plugin = (more = '') => `export const parleyPlugin = {
  provider: 'parrot', kinds: { stt: {}, tts: {} },
  environment: [{ name: 'PARROT_KEY', required: true }, { name: 'PARROT_URL', required: false }], ${more} };`;

async function run(
  command: string,
  folder: string,
  { environment = {}, options = {} }: { readonly environment?: Readonly<Record<string, string>>; readonly options?: AppOptions } = {},
) {
  let [out, wrong] = ['', ''];
  const code = await runCommand([command], options, {
    environment,
    folder,
    screen: { write: (text) => void (out += text) },
    errors: { write: (text) => void (wrong += text) },
    clock: realClock,
  });
  expect(out + wrong).not.toContain(key);
  return { code, out, wrong };
}

describe('doctor', () => {
  test('names the versions, the plugins with their kinds, and which keys are set, and shows none of them', async () => {
    const folder = application({ 'parley-plugin-parrot': plugin() });
    const { code, out } = await run('doctor', folder, { environment: { PARROT_KEY: key } });
    expect(code).toBe(0);
    expect(out).toContain(`ok    Node ${process.version} on ${process.platform} ${process.arch}`);
    expect(out).toContain('ok    parley-plugin-parrot 2.3.4, plugin "parrot": stt, tts; PARROT_KEY is set\n');
    expect(out).toContain('-     no server: LIVEKIT_URL, LIVEKIT_API_KEY, LIVEKIT_API_SECRET are not set; "call" needs none');
  });

  test('a key that is not set is a note, for it may not be used', async () => {
    const { code, out } = await run('doctor', application({ 'parley-plugin-parrot': plugin() }));
    expect([code, out]).toEqual([
      0,
      expect.stringContaining('-     parley-plugin-parrot 2.3.4, plugin "parrot": stt, tts; PARROT_KEY is not set\n'),
    ]);
  });

  test('a plugin that cannot be loaded is a problem, and the others are named all the same', async () => {
    const folder = application({ 'parley-plugin-broken': `throw new Error('no such voice');`, 'parley-plugin-parrot': plugin() });
    const { code, out } = await run('doctor', folder);
    expect(code).toBe(1);
    expect(out).toContain('FAIL  parley-plugin-broken 2.3.4 cannot be loaded: no such voice\n');
    expect(out).toContain('parley-plugin-parrot 2.3.4');
  });

  test('where nothing is installed it says where to run it', async () => {
    const { code, out } = await run('doctor', application({}));
    expect([code, out]).toEqual([1, expect.stringContaining('FAIL  none: run it in the folder of the application, after npm install')]);
  });

  test('a server that is half given is a problem, with what is missing', async () => {
    const folder = application({ 'parley-plugin-parrot': plugin() });
    const { code, out } = await run('doctor', folder, { environment: { LIVEKIT_URL: 'ws://127.0.0.1:7880' } });
    expect([code, out]).toEqual([1, expect.stringContaining('FAIL  LIVEKIT_API_KEY and LIVEKIT_API_SECRET not set\n')]);
  });

  test('a server that is not there is a problem', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = Object(server.address());
    server.close();
    await once(server, 'close');
    const folder = application({ 'parley-plugin-parrot': plugin() });
    const there = `127.0.0.1:${port}`;
    const given = await run('doctor', folder, { options: { url: `ws://${there}`, apiKey: key, apiSecret: key } });
    expect([given.code, given.out]).toEqual([1, expect.stringMatching(`LiveKit server\n  FAIL  .*${there} is not reached`)]);
    // As the environment names it that the command was given, whatever this process has.
    const environment = { LIVEKIT_URL: `ws://${there}`, LIVEKIT_API_KEY: key, LIVEKIT_API_SECRET: key };
    const named = await run('doctor', folder, { environment });
    expect([named.code, named.out]).toEqual([1, given.out]);
  });
});

describe('download-files', () => {
  test('has each plugin fetch its files, and says what came', async () => {
    const folder = application({
      'parley-plugin-parrot': plugin(`downloadFiles: async () => ['parrot.bin']`),
      'parley-plugin-raven': plugin('downloadFiles: async () => []'),
      'parley-plugin-wren': plugin(),
    });
    const { code, out } = await run('download-files', folder);
    expect([code, out]).toEqual([
      0,
      'parley-plugin-parrot: parrot.bin\nparley-plugin-raven: all is there\nparley-plugin-wren: nothing to fetch\n',
    ]);
  });

  test('a plugin that cannot fetch them, or cannot be loaded, is told, and the others are fetched for', async () => {
    const folder = application({
      'parley-plugin-broken': `throw new Error('no such voice');`,
      'parley-plugin-parrot': plugin(`downloadFiles: async () => { throw new Error('no space left'); }`),
      'parley-plugin-raven': plugin(`downloadFiles: async () => ['raven.bin']`),
    });
    const { code, out, wrong } = await run('download-files', folder);
    expect([code, out]).toEqual([1, 'parley-plugin-raven: raven.bin\n']);
    expect(wrong).toBe(
      'parley: parley-plugin-broken cannot be loaded: no such voice\nparley: parley-plugin-parrot could not fetch its files: no space left\n',
    );
  });
});
