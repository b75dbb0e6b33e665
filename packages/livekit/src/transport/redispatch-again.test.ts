import { createServer, request, type Server } from 'node:http';
import { RoomAgentDispatch } from '@livekit/protocol';
import { AgentDispatchClient, RoomServiceClient } from 'livekit-server-sdk';
import { hasLiveKitServer } from '../../../../scripts/livekit-server/has-livekit-server.mjs';
import { type LiveKitServer, startLiveKitServer } from '../../../../scripts/livekit-server/start-server.mjs';
import { roomAdminGrant } from '../dispatch/room-admin-grant.js';
import { readAccount } from '../dispatch/server-account.js';
import type { JobDescription } from '@parley/core/provider';
import { VirtualClock } from '@parley/core/testing';
import { expect, test } from 'vitest';
import { roomAdmin } from './room-admin.js';

const job: JobDescription = { id: 'AJ_1', type: 'room', agentName: 'desk', metadata: 'm', roomName: 'room-1' };
const asked = { agent_name: 'desk', metadata: 'parley-redispatched:m' };

/** Its URL. */
async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new TypeError('a TCP server has a port');
  return `http://127.0.0.1:${address.port}`;
}

/** A server of the API that answers in turn as told, and the names of what was asked of it. */
async function startApi(answers: readonly { readonly status: number; readonly body?: object }[]) {
  const requests: string[] = [];
  const server = createServer((incoming, response) => {
    const { status, body = {} } = answers[requests.length] ?? { status: 500 };
    requests.push((incoming.url ?? '').split('/').at(-1) ?? '');
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
  });
  const apiUrl = await listen(server);
  const clock = new VirtualClock();
  const admin = roomAdmin({ admin: { apiUrl, token: 't' } }, clock);
  if (admin === undefined) throw new Error('the connection grants nothing');
  return { admin, requests, clock, [Symbol.asyncDispose]: async () => void server.close() };
}

test('a job is asked for once more with one request', async () => {
  await using api = await startApi([{ status: 200 }]);
  await api.clock.runUntil(api.admin.redispatch(job));
  expect(api.requests).toEqual(['CreateDispatch']);
});

test('a request that failed is looked for before it is made again, once the server has answered for six seconds', async () => {
  const answer = { status: 200, body: { agent_dispatches: [{ ...asked, metadata: 'm' }, { metadata: asked.metadata }] } };
  await using api = await startApi([{ status: 500 }, { status: 500 }, answer, answer, answer, answer, { status: 200 }]);
  await api.clock.runUntil(api.admin.redispatch(job));
  expect(api.requests).toEqual(['CreateDispatch', ...Array.from({ length: 5 }, () => 'ListDispatch'), 'CreateDispatch']);
});

test('one that was heard though it failed is not made again', async () => {
  await using api = await startApi([{ status: 503 }, { status: 200, body: { agent_dispatches: [asked] } }]);
  await api.clock.runUntil(api.admin.redispatch(job));
  expect(api.requests).toEqual(['CreateDispatch', 'ListDispatch']);
});

test('a server that stays away is told, without the token', async () => {
  await using api = await startApi([]);
  await expect(api.clock.runUntil(api.admin.redispatch(job))).rejects.toThrow(/answered .*CreateDispatch with 500/);
  expect(api.clock.now()).toBeLessThanOrEqual(12_000);
});

/** Before a server: passes on what is asked of it, and says of the first request that it failed. */
async function startLossyProxy({ port }: LiveKitServer) {
  let count = 0;
  const proxy = createServer((incoming, outgoing) => {
    const isLost = (count += 1) === 1;
    const { method, url: path, headers } = incoming;
    const passed = request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
      if (isLost) outgoing.writeHead(503).end();
      else answer.pipe(outgoing.writeHead(answer.statusCode ?? 500, { connection: 'close' }));
    });
    incoming.pipe(passed);
  });
  return { url: await listen(proxy), [Symbol.asyncDispose]: async () => void proxy.close() };
}

test.skipIf(!hasLiveKitServer())(
  'a LiveKit server shows what it has heard: a dispatch whose answer was lost is not made twice',
  async () => {
    await using server = await startLiveKitServer();
    await using proxy = await startLossyProxy(server);
    const account = readAccount({ ...server, url: proxy.url });
    const api = [server.url.replace('ws:', 'http:'), server.apiKey, server.apiSecret] as const;
    await new RoomServiceClient(...api).createRoom({ name: 'room-1', agents: [new RoomAgentDispatch({ agentName: 'nobody' })] });
    const admin = roomAdmin({ admin: (await roomAdminGrant(job, account)) ?? null });
    await admin?.redispatch(job);
    const dispatches = await new AgentDispatchClient(...api).listDispatch('room-1');
    // In no order.
    expect(dispatches.map(({ agentName, metadata }) => `${agentName} ${metadata}`).toSorted()).toEqual([
      `desk ${asked.metadata}`,
      'nobody ',
    ]);
  },
);
