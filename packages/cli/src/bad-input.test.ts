import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { realClock } from '@parley/core';
import { wavBytes } from '@parley/core/provider-kit';
import { afterEach, expect, test } from 'vitest';
import type { AppOptions } from './app-options.js';
import { runCommand } from './run-command.js';

const agent = fileURLToPath(new URL('./__fixtures__/app-agent.ts', import.meta.url));
const apiSecret = 'a-secret-that-stands-nowhere';
const apiKey = 'a-key-that-stands-nowhere';
const servers: Server[] = [];

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.close();
    await once(server, 'close');
  }
});

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return isAddress(address) ? address.port : 0;
}
const isAddress = (address: AddressInfo | string | null): address is AddressInfo => typeof address === 'object' && address !== null;

/** The command in this process: its exit code, and all that it has written. */
async function run(argv: readonly string[], options: AppOptions = {}): Promise<{ readonly code: number; readonly text: string }> {
  let text = '';
  const screen = { write: (more: string) => void (text += more) };
  const code = await runCommand(argv, options, { environment: {}, folder: process.cwd(), screen, errors: screen, clock: realClock });
  expect(text).not.toContain(apiSecret);
  expect(text).not.toContain(apiKey);
  // No token either, whole or cut off.
  expect(text).not.toMatch(/eyJ[\w-]{8,}/);
  return { code, text };
}

/** `start` with one attempt to register, and nothing that takes time. */
const start = (url: string, options: AppOptions = {}) =>
  run(['start'], { agent, url, apiKey, apiSecret, maxRetry: 1, port: null, idleProcesses: 0, ...options });

/** The last line, which is the one that a user reads. */
const said = ({ text }: { readonly text: string }): string => text.trimEnd().split('\n').at(-1) ?? '';

test('bad input: a URL that is none is named, without what may be a key in it', async () => {
  const wrong = await start('a-secret-given-for-the-url');
  expect([wrong.code, said(wrong)]).toEqual([
    2,
    'parley: the URL of a LiveKit server begins with ws://, wss://, http:// or https://, and this one does not: "a-se…"',
  ]);
});

test('bad input: where no server answers it is said which, and what to look at', async () => {
  const port = await listen(createTcpServer());
  const [server] = servers.splice(0);
  server?.close();
  const none = await start(`ws://127.0.0.1:${port}`);
  expect(none.code).toBe(1);
  expect(said(none)).toMatch(
    /^parley: the worker could not register at ws:.*; it was tried once; check LIVEKIT_URL, and whether the server runs$/,
  );
});

test('bad input: a server that accepts and drops is given up with the same advice', async () => {
  const port = await listen(createTcpServer((socket) => void socket.destroy()));
  const dropped = await start(`ws://127.0.0.1:${port}`);
  expect(dropped.code).toBe(1);
  expect(said(dropped)).toContain('check LIVEKIT_URL, and whether the server runs');
});

test('bad input: a key or a secret that is refused is not tried again, though the answer repeats the token', async () => {
  const refusing = createServer().on('upgrade', ({ headers }, socket) => {
    const body = `invalid token: ${headers.authorization}, error: go-jose: error in cryptographic primitive`;
    socket.end(`HTTP/1.1 401 Unauthorized\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body}`);
  });
  const port = await listen(refusing);
  const refused = await start(`ws://127.0.0.1:${port}`, { maxRetry: 3 });
  expect(refused.code).toBe(1);
  expect(said(refused)).toMatch(/check LIVEKIT_API_KEY and LIVEKIT_API_SECRET$/);
});

/** `connect`, and `call --room`: what each says after which room it is about. */
async function saidOfOneCall(url: string): Promise<readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'parley-bad-input-'));
  const recording = join(folder, 'caller.wav');
  writeFileSync(recording, wavBytes(new Int16Array(16_000), 16_000));
  const lines: string[] = [];
  try {
    for (const argv of [['connect'], ['call', recording, '--out', folder]]) {
      const wrong = await run([...argv, '--room', 'demo'], { agent, url, apiKey, apiSecret });
      expect(wrong.code).toBe(1);
      lines.push(said(wrong));
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  return lines;
}

test('bad input: one call with a server that is not there says which, and what to look at', async () => {
  const port = await listen(createTcpServer());
  const [server] = servers.splice(0);
  server?.close();
  const isNotReached = expect.stringMatching(
    `^parley: ws://127.0.0.1:${port}/? is not reached .*; check LIVEKIT_URL, and whether the server runs$`,
  );
  expect(await saidOfOneCall(`ws://127.0.0.1:${port}`)).toEqual([isNotReached, isNotReached]);
});

test('bad input: one call with a key or a secret that is refused says so, though the answer repeats the token', async () => {
  const refusing = createServer(({ headers }, response) => {
    response.writeHead(401, { connection: 'close' }).end(`{"code":"unauthenticated","msg":"invalid token: ${headers.authorization}"}`);
  });
  const port = await listen(refusing);
  const isRefused = expect.stringMatching(
    `^parley: ws://127.0.0.1:${port}/? refuses the key or the secret; check LIVEKIT_API_KEY and LIVEKIT_API_SECRET$`,
  );
  expect(await saidOfOneCall(`ws://127.0.0.1:${port}`)).toEqual([isRefused, isRefused]);
});

test('bad input: a port in use ends the start with a line that says so, and what to do', async () => {
  const port = await listen(createTcpServer());
  const taken = await start('ws://127.0.0.1:9', { host: '127.0.0.1', port });
  expect([taken.code, said(taken)]).toEqual([
    1,
    `parley: the health server cannot listen on 127.0.0.1:${port}: the port is in use; give another with the options "host" and "port", or port: null for no health server`,
  ]);
});

test.for<[readonly string[], AppOptions, string]>([
  [['start'], {}, 'name the module of the agent'],
  [['start', 'nowhere.ts'], { dispatcher: null, url: 'ws://127.0.0.1:9' }, 'nowhere.ts is not there'],
  [['dev', 'nowhere.ts'], {}, 'nowhere.ts'],
  [['connect', agent], { apiKey, apiSecret }, 'connect needs the name of a room: --room NAME'],
  [['call', agent], {}, 'call needs a recording of what the caller says: a WAV file'],
  [['call', agent, agent], {}, 'app-agent.ts'],
  [['call', agent, 'nowhere.wav'], {}, 'nowhere.wav'],
])('bad input: %j is told in one line', async ([argv, options, what]) => {
  const wrong = await run(argv, options);
  expect(wrong.code).not.toBe(0);
  expect(said(wrong)).toContain(what);
  expect(wrong.text.trimEnd().split('\n')).toHaveLength(1);
});
