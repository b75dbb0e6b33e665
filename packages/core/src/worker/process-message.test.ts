import { expect, test } from 'vitest';
import type { Json } from '../provider/json.js';
import { connectionSecrets, jobLogger } from './connection-secrets.js';
import { collectLog } from './__fixtures__/collected-log.js';
import { inheritedArguments, isTypeScript, typeScriptArguments } from './process-arguments.js';
import { type ChildMessage, type ParentMessage, readChildMessage, readParentMessage } from './process-message.js';

const info = { id: 'j1', type: 'participant', agentName: 'desk', metadata: '{}', identity: 'agent-j1', workerId: 'w1' } as const;
const order = {
  info: { ...info, roomName: 'r', participantIdentity: 'anna', redispatched: true },
  connection: { token: 't', tries: [1, null] },
  transport: 'file:///t.js',
};

test.for<ParentMessage>([
  { type: 'initialize', agent: 'file:///agent.js', shutdownTimeoutMs: 60_000 },
  { type: 'initialize', agent: 'file:///agent.js', transport: 'file:///transport.js', shutdownTimeoutMs: 60_000 },
  { type: 'ping' },
  { type: 'start-job', order },
  { type: 'start-job', order: { ...order, info } },
  { type: 'terminate-job', jobId: 'j1' },
  { type: 'shutdown', reason: 'it is late' },
])('what the worker says arrives as it was said: %j', (message) => {
  expect(readParentMessage(JSON.parse(JSON.stringify({ ...message, unknown: 1 })))).toEqual(message);
});

test.for<ChildMessage>([
  { type: 'initialized' },
  { type: 'initialize-failed', error: 'no model' },
  { type: 'pong', usedMb: 47.5 },
  { type: 'job-running', jobId: 'j1' },
  { type: 'job-ended', jobId: 'j1', end: { outcome: 'failed', reason: 'it broke' } },
  { type: 'log', level: 'warn', message: 'hm', fields: { table: 7, guests: ['anna', null] } },
])('what a job process says arrives as it was said: %j', (message) => {
  expect(readChildMessage(JSON.parse(JSON.stringify({ ...message, unknown: 1 })))).toEqual(message);
});

test.for([
  undefined,
  null,
  'ping',
  [],
  {},
  { type: 'dance' },
  { type: 'initialize', agent: 7 },
  { type: 'start-job', order: { ...order, connection: 'secret' } },
  { type: 'start-job', order: { ...order, info: { ...info, type: 'call' } } },
  { type: 'terminate-job' },
  { type: 'pong', usedMb: 'much' },
  { type: 'job-ended', jobId: 'j1', end: { outcome: 'undecided', reason: '' } },
  { type: 'log', level: 'shout', message: '', fields: {} },
])('what is no message is none: %j', (value) => {
  expect([readParentMessage(value), readChildMessage(value)]).toEqual([undefined, undefined]);
});

test('the secrets of a connection are its long texts, addresses aside, and stand in no line that is written', () => {
  const connection = {
    url: 'wss://livekit.example/with/a/long/path',
    token: 'eyJ0b2tlbiI6InNlY3JldCJ9',
    more: { ids: ['short', 'another-long-secret'] },
  };
  const secrets = connectionSecrets(connection);
  expect(secrets).toEqual(['eyJ0b2tlbiI6InNlY3JldCJ9', 'another-long-secret']);
  const log = collectLog();
  const logger = jobLogger(log.logger, { secrets, fields: () => ({ jobId: 'j1' }) });
  logger.log('error', `refused: ${connection.token}`, { cause: [`with ${connection.more.ids[1]}`], url: connection.url });
  expect(log.text()).toBe(
    'error refused: [redacted] {"jobId":"j1","cause":["with [redacted]"],"url":"wss://livekit.example/with/a/long/path"}',
  );
});

test('fields that are no JSON lose the line nothing but themselves', () => {
  const log = collectLog();
  const round: { [key: string]: Json } = {};
  round['self'] = round;
  jobLogger(log.logger, { secrets: [], fields: () => ({}) }).log('info', 'round', round);
  expect(log.text()).toBe('info round {"fields":"no JSON"}');
});

test('children get those arguments of their worker that are about how code is run, not which', () => {
  const given = [
    '--import',
    'tsx',
    '--conditions=@parley/source',
    '--max-old-space-size=512',
    '-e',
    'code()',
    '--inspect-brk=0',
    '--watch',
    '-pe',
    'code()',
    '--input-type=module',
    '--enable-source-maps',
  ];
  expect(inheritedArguments(given)).toEqual([
    '--import',
    'tsx',
    '--conditions=@parley/source',
    '--max-old-space-size=512',
    '--enable-source-maps',
  ]);
  expect(['a.ts', 'a.mts', 'a.tsx', 'a.js', 'a.d.mjs', 'ats'].map(isTypeScript)).toEqual([true, true, true, false, false, false]);
  expect(typeScriptArguments({ isOwnSource: true, loader: 'file:///tsx' })).toEqual([
    '--conditions=@parley/source',
    '--import=file:///tsx',
  ]);
  expect(typeScriptArguments({ isOwnSource: false, loader: 'file:///tsx' })).toEqual(['--import=file:///tsx']);
});
