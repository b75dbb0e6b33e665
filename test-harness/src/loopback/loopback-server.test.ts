import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request as secureRequest } from 'node:https';
import { expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { splitBytes, sseEvent, startLoopbackServer } from './index.js';
import type { VendorConnection } from './vendor-connection.js';

const echo = async (connection: VendorConnection) => {
  if (connection.type === 'http') {
    const body = await connection.request.body();
    connection.respond(200, { 'x-echo': connection.request.query.get('name') ?? '' });
    for (const piece of splitBytes(body, { seed: 3 })) await connection.write(piece);
    return connection.end();
  }
  for await (const frame of connection.frames) connection.send(frame.type === 'text' ? frame.text : frame.bytes);
};

test('a request is answered in odd pieces, and recorded with its header and query', async () => {
  await using server = await startLoopbackServer({ serve: echo });
  const response = await fetch(`${server.httpUrl}//v1/x?name=a`, { method: 'POST', body: 'grüße 🙂', headers: { 'x-key': 'k' } });
  expect(response.headers.get('x-echo')).toBe('a');
  expect(await response.text()).toBe('grüße 🙂');
  expect(server.record.requests).toMatchObject([{ method: 'POST', path: '//v1/x', query: '?name=a', headers: { 'x-key': 'k' } }]);
  expect(server.record.connections).toBe(1);
});

test('a socket is accepted, and its frames recorded both ways', async () => {
  await using server = await startLoopbackServer({ serve: echo });
  const socket = new WebSocket(`${server.wsUrl}/v1/listen?model=x`);
  await once(socket, 'open');
  socket.send('hello');
  const [text] = await once(socket, 'message');
  socket.send(new Uint8Array([1, 2, 3]));
  const [bytes] = await once(socket, 'message');
  expect([String(text), [...bytes]]).toEqual(['hello', [1, 2, 3]]);
  socket.close(1000, 'done');
  await once(socket, 'close');
  expect(server.record.frames.map(({ from, type, sizeBytes, text: shown }) => [from, type, sizeBytes, shown])).toEqual([
    ['plugin', 'text', 5, 'hello'],
    ['vendor', 'text', 5, 'hello'],
    ['plugin', 'binary', 3, undefined],
    ['vendor', 'binary', 3, undefined],
  ]);
});

test('a socket can be refused with a status, closed with a code, or broken', async () => {
  await using server = await startLoopbackServer({
    serve: (connection) => {
      if (connection.type === 'http') return connection.destroy();
      const { path } = connection.request;
      if (path === '/refuse') return connection.refuse(429, { 'retry-after': '2' }, 'slow down');
      if (path === '/close') return connection.close(4000, 'because');
      connection.accept({ 'x-request-id': 'r1' });
      connection.destroy();
    },
  });
  const refused = new WebSocket(`${server.wsUrl}/refuse`);
  const answer = await new Promise<IncomingMessage>(
    (resolve) => void refused.once('unexpected-response', (_request, message) => resolve(message)),
  );
  expect([answer.statusCode, answer.headers['retry-after']]).toEqual([429, '2']);
  answer.resume();
  const closed = new WebSocket(`${server.wsUrl}/close`);
  const [code, reason] = await once(closed, 'close');
  expect([code, String(reason)]).toEqual([4000, 'because']);
  const broken = new WebSocket(`${server.wsUrl}/break`);
  const [brokenCode] = await once(broken, 'close');
  expect(brokenCode).toBe(1006);
  await expect(fetch(`${server.httpUrl}/x`)).rejects.toThrow('fetch failed');
});

test('what serve throws is kept, and answered as a server does that has failed', async () => {
  await using server = await startLoopbackServer({
    serve: () => {
      throw new Error('not my language');
    },
  });
  const response = await fetch(server.httpUrl);
  expect(response.status).toBe(500);
  await response.text();
  const socket = new WebSocket(server.wsUrl);
  const [code] = await once(socket, 'close');
  expect(code).toBe(1011);
  expect(server.record.failures.map(String)).toEqual(['Error: not my language', 'Error: not my language']);
});

test('with TLS it has a certificate of its own', async () => {
  await using server = await startLoopbackServer({ tls: true, serve: echo });
  const socket = new WebSocket(server.wsUrl, { ca: server.certificate });
  await once(socket, 'open');
  socket.send('hello');
  expect(String((await once(socket, 'message'))[0])).toBe('hello');
  socket.terminate();
  await once(socket, 'close');
  const refused = secureRequest(server.httpUrl);
  refused.end();
  await expect(once(refused, 'response')).rejects.toThrow(/self-signed/);
});

test('closing breaks what is open, and is done twice without harm', async () => {
  const server = await startLoopbackServer({ serve: () => new Promise(() => {}) });
  const asking = fetch(server.httpUrl).then(
    () => 'answered',
    () => 'broken',
  );
  await expect.poll(() => server.record.requests.length).toBe(1);
  await server.close();
  await server.close();
  expect(await asking).toBe('broken');
});

test('an event of several lines stays one event', () => {
  expect(sseEvent({ event: 'x', data: 'a\nb' })).toBe('event: x\ndata: a\ndata: b\n\n');
});
