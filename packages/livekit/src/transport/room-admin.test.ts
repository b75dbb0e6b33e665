import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { isAPIError, type JobDescription, type JsonObject } from '@parley/core/provider';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { readRedispatchMark } from '../dispatch/redispatch-mark.js';
import { redispatch, roomAdmin } from './room-admin.js';

const token = 'eyJhbGciOiJIUzI1NiJ9.the-token-of-a-room';
const job: JobDescription = { id: 'AJ_1', type: 'room', agentName: 'desk', metadata: 'table 2', roomName: 'room-1' };

function portOf(listening: Server): number {
  const address = listening.address();
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** What was asked of the server, which answers with `status`. */
let asked: { readonly path: string | undefined; readonly authorization: string | undefined; readonly body: unknown }[];
let status = 200;
let apiUrl: string;
const server = createServer((request, response) => {
  let text = '';
  request.setEncoding('utf8').on('data', (more) => (text += String(more)));
  request.on('end', () => {
    const { url, headers } = request;
    asked.push({ path: url, authorization: headers.authorization, body: JSON.parse(text) });
    response.writeHead(status, { connection: 'close' }).end(`{"code":"unknown","msg":"${headers.authorization}"}`);
  });
});
beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  apiUrl = `http://127.0.0.1:${portOf(server)}`;
});
beforeEach(() => {
  asked = [];
  status = 200;
});
afterAll(async () => {
  server.close();
  await once(server, 'close');
});

const granted = (): JsonObject => ({ url: 'ws://elsewhere', token: 'of-the-agent', admin: { apiUrl, token } });
const failure = (trying: Promise<void> | undefined): Promise<unknown> => (trying ?? Promise.resolve()).catch((error: unknown) => error);

test('a job is asked for once more in its room, marked so that it is not asked for a third time', async () => {
  await redispatch(granted(), job);
  expect(asked).toEqual([
    {
      path: '/twirp/livekit.AgentDispatchService/CreateDispatch',
      authorization: `Bearer ${token}`,
      body: { room: 'room-1', agent_name: 'desk', metadata: expect.any(String) },
    },
  ]);
  const metadata: unknown = Reflect.get(Object(asked[0]?.body), 'metadata');
  expect(readRedispatchMark(String(metadata))).toEqual({ metadata: 'table 2', redispatched: true });
});

test('somebody is taken out of a room', async () => {
  await roomAdmin(granted())?.remove('room-1', 'agent-2');
  expect(asked).toMatchObject([{ path: '/twirp/livekit.RoomService/RemoveParticipant', body: { room: 'room-1', identity: 'agent-2' } }]);
});

test('a refusal is a typed error with its status, and without the token that the answer repeats', async () => {
  status = 403;
  const error = await failure(redispatch(granted(), job));
  expect(isAPIError(error) && error.status).toBe(403);
  expect(String(error)).toContain('/twirp/livekit.AgentDispatchService/CreateDispatch');
  expect(String(error)).not.toContain(token);
});

test('a server that is not there is a typed error, without the token', async () => {
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const port = portOf(gone);
  gone.close();
  await once(gone, 'close');
  const error = await failure(roomAdmin({ admin: { apiUrl: `http://127.0.0.1:${port}`, token } })?.remove('room-1', 'agent-2'));
  expect(isAPIError(error) && error.kind).toBe('connection');
  expect(String(error)).not.toContain(token);
});

test.for<[JsonObject]>([
  [{}],
  [{ admin: 'all' }],
  [{ admin: ['all'] }],
  [{ admin: { apiUrl: 'http://somewhere' } }],
  [{ admin: { token: 't' } }],
])('a connection that grants nothing, as %j, may do nothing, which is said', async ([connection]) => {
  expect(roomAdmin(connection)).toBeUndefined();
  const error = await failure(redispatch(connection, job));
  expect(isAPIError(error) && error.kind).toBe('unsupported');
});
