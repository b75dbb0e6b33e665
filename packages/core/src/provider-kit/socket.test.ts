import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { realClock } from '../time/real-clock.js';
import { VirtualClock } from '../time/virtual-clock.js';
import { closeError } from './close-error.js';
import { openSocket, type SocketOptions } from './socket.js';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

/** A server on loopback, and how to reach it. */
async function serve(onSocket: (socket: WebSocket) => void): Promise<SocketOptions> {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  server.on('headers', (headers) => headers.push('x-request-id: r1'));
  server.on('connection', onSocket);
  open.push(() => {
    for (const client of server.clients) client.terminate();
    server.close();
  });
  await once(server, 'listening');
  return optionsFor(server.address());
}
const optionsFor = (address: AddressInfo | string | null): SocketOptions => ({
  url: `ws://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}/v1?key=secret`,
  headers: { authorization: 'secret' },
  signal: new AbortController().signal,
  clock: realClock,
  provider: 'acme',
  requestIdHeader: 'x-request-id',
  secrets: ['secret'],
});
async function answer(onRequest: (server: Server) => void): Promise<SocketOptions> {
  const server = createServer();
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  onRequest(server);
  open.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return optionsFor(server.address());
}
async function read(messages: AsyncIterable<string | Uint8Array>): Promise<(string | number[])[]> {
  const all: (string | number[])[] = [];
  for await (const message of messages) all.push(typeof message === 'string' ? message : [...message]);
  return all;
}

describe('a socket', () => {
  test("tells of the other side's pings", async () => {
    const options = await serve((socket) => {
      socket.ping();
      socket.on('pong', () => socket.close(1000));
    });
    let pings = 0;
    using socket = await openSocket({ ...options, onPing: () => (pings += 1) });
    await socket.closed;
    expect(pings).toBe(1);
  });

  test('carries texts and bytes both ways, and says how it was closed', async () => {
    const options = await serve((socket) => {
      socket.on('message', (data, isBinary) => {
        socket.send(data, { binary: isBinary });
        if (isBinary) socket.close(4001, 'enough');
      });
    });
    using socket = await openSocket(options);
    expect(socket.requestId).toBe('r1');
    socket.send('hello');
    socket.send(new Uint8Array([1, 2]));
    expect(await read(socket.messages)).toEqual(['hello', [1, 2]]);
    expect(await socket.closed).toEqual({ code: 4001, reason: 'enough' });
    socket.send('nobody hears this');
  });

  test('holds the sender up where nobody reads, and loses nothing', async () => {
    const count = 2000;
    const options = await serve((socket) => {
      for (let index = 0; index < count; index += 1) socket.send(String(index));
      socket.close();
    });
    using socket = await openSocket(options);
    await new Promise((resolve) => void realClock.after(20, () => resolve(undefined)));
    const messages = await read(socket.messages);
    expect(messages).toEqual(Array.from({ length: count }, (_one, index) => String(index)));
  });

  test('is closed by its signal, also where nobody reads; one that fired before opens none', async () => {
    let connections = 0;
    const closed: Promise<unknown>[] = [];
    const options = await serve((socket) => {
      connections += 1;
      closed.push(once(socket, 'close'));
    });
    const controller = new AbortController();
    const socket = await openSocket({ ...options, signal: controller.signal });
    controller.abort(new Error('enough'));
    await socket.closed;
    await Promise.all(closed);
    await expect(openSocket({ ...options, signal: controller.signal })).rejects.toThrow('enough');
    expect(connections).toBe(1);
  });

  test('that was broken says so by code 1006', async () => {
    const options = await serve((socket) => socket.terminate());
    using socket = await openSocket(options);
    expect(await socket.closed).toMatchObject({ code: 1006 });
  });

  test('keeps the process running unless it is told not to', async () => {
    const connections = () => process.getActiveResourcesInfo().filter((type) => type === 'TCPSocketWrap').length;
    using socket = await openSocket(await serve(() => {}));
    const all = connections();
    socket.unref();
    expect(connections()).toBe(all - 1);
    socket.ref();
    expect(connections()).toBe(all);
  });

  test('takes a larger message where it is told to', async () => {
    const options = await serve((server) => server.send('x'.repeat(17 * 1024 * 1024)));
    using socket = await openSocket({ ...options, largestMessageBytes: 32 * 1024 * 1024 });
    for await (const message of socket.messages) {
      expect(message).toHaveLength(17 * 1024 * 1024);
      break;
    }
  });

  test('ends at a message larger than any vendor’s, and does not take the process with it', async () => {
    const options = await serve((socket) => socket.send(Buffer.alloc(17 * 1024 * 1024)));
    using socket = await openSocket(options);
    expect(await read(socket.messages)).toEqual([]);
    expect(await socket.closed).toMatchObject({ code: 1006, reason: 'WS_ERR_UNSUPPORTED_MESSAGE_LENGTH' });
  });
});

describe('a socket that cannot be opened', () => {
  test.each([
    { what: 'an address that is none', change: { url: 'not a secret url' } },
    { what: 'an address of another protocol', change: { url: 'ftp://secret.example' } },
    { what: 'a header that cannot be sent', change: { headers: { authorization: 'secret…' } } },
  ])('for $what is refused, without a word of it, and is not tried again', async ({ change }) => {
    const failure = await openSocket({ ...(await serve(() => {})), ...change }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ kind: 'invalid-request', provider: 'acme', retryable: false });
    expect(String(failure)).not.toContain('secret');
  });

  test('is an error of its status, with the time that the vendor asks for', async () => {
    const options = await answer((server) =>
      server.on('upgrade', (_request, stream) =>
        stream.end('HTTP/1.1 429 Too Many Requests\r\nretry-after: 2\r\nx-request-id: r2\r\ncontent-length: 0\r\n\r\n'),
      ),
    );
    await expect(openSocket(options)).rejects.toMatchObject({
      name: 'APIStatusError',
      status: 429,
      retryable: true,
      retryAfterMs: 2000,
      requestId: 'r2',
    });
  });

  test('is a connection error where nobody listens, without the address in its message', async () => {
    const failure = await openSocket({ ...optionsFor(null), url: 'ws://127.0.0.1:1/?key=secret' }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ name: 'APIConnectionError', retryable: true });
    expect(String(failure)).not.toContain('secret');
  });

  test('is a timeout where nobody answers, on the call’s clock', async () => {
    const options = await answer((server) => server.on('upgrade', () => {}));
    const clock = new VirtualClock();
    const opening = openSocket({ ...options, clock }).catch((error: unknown) => error);
    await clock.runUntil(opening);
    expect(await opening).toMatchObject({ name: 'APITimeoutError', message: 'acme: the socket was not opened within 5000 ms' });
  });

  test('rejects with the signal’s reason when it fires meanwhile', async () => {
    const options = await answer((server) => server.on('upgrade', () => {}));
    const controller = new AbortController();
    const opening = openSocket({ ...options, signal: controller.signal });
    realClock.after(10, () => controller.abort(new Error('enough')));
    await expect(opening).rejects.toThrow('enough');
  });
});

test.each([
  { code: 1006, reason: '', kind: 'connection', retryable: true },
  { code: 1012, reason: 'restart', kind: 'connection', retryable: true },
  { code: 1008, reason: 'bad key secret', kind: 'authentication', retryable: false },
  { code: 1007, reason: 'not text', kind: 'protocol', retryable: false },
  { code: 4000, reason: 'own', kind: 'invalid-request', retryable: false },
])('code $code before the end is an error of its kind', ({ code, reason, kind, retryable }) => {
  const error = closeError({ code, reason }, { provider: 'acme', secrets: ['secret'] });
  expect(error).toMatchObject({ kind, retryable, vendorCode: String(code) });
  expect(error.message).not.toContain('secret');
});
