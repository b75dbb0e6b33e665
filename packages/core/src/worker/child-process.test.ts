import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { createDeferred } from '../stream/deferred.js';
import { collectLog } from './__fixtures__/collected-log.js';
import { agentUrl } from './__fixtures__/process-worker.js';
import { transportUrl } from './__fixtures__/inline-worker.js';
import { JobChild } from './child-process.js';
import type { JobOrder } from './job-order.js';
import type { ChildMessage } from './process-message.js';

const order: JobOrder = {
  info: { id: 'j1', type: 'room', agentName: '', metadata: 'talk', identity: 'agent-j1', workerId: '' },
  connection: {},
  transport: transportUrl,
};

/** A child whose process is played. */
function createChild(send: (message: ChildMessage) => Promise<void> = async () => {}) {
  const clock = new VirtualClock();
  const said: ChildMessage[] = [];
  const exits: number[] = [];
  const lastWords = collectLog();
  const child = new JobChild(
    {
      send(message) {
        said.push(message);
        return send(message);
      },
      usedMb: () => 47.5,
      exit: (code) => void exits.push(code),
      lastWords: lastWords.logger,
    },
    clock,
  );
  const until = async (type: ChildMessage['type']) => {
    while (!said.some((message) => message.type === type)) await new Promise((resolve) => void setImmediate(resolve));
  };
  return { clock, child, said, exits, until, lastWords };
}

test('a child prepares itself, runs a job, answers for its memory, and ends in order', async () => {
  const { child, said, exits, until, clock } = createChild();
  child.onMessage({ type: 'initialize', agent: agentUrl('scripted').href, shutdownTimeoutMs: 1000 });
  await until('initialized');
  child.onMessage({ type: 'ping' });
  child.onMessage({ type: 'start-job', order });
  await until('job-running');
  child.onMessage({ type: 'shutdown', reason: 'the worker closes' });
  await until('job-ended');
  await clock.advance(0);
  expect(said.filter(({ type }) => type !== 'log')).toEqual([
    { type: 'initialized' },
    { type: 'pong', usedMb: 47.5 },
    { type: 'job-running', jobId: 'j1' },
    { type: 'job-ended', jobId: 'j1', end: { outcome: 'cut-off', reason: 'the worker closes' } },
  ]);
  expect(exits).toEqual([0]);
});

test('an agent that cannot be prepared is told of, and the child ends once that has left', async () => {
  const { child, said, exits, until, clock } = createChild();
  child.onMessage({ type: 'initialize', agent: agentUrl('failing').href, shutdownTimeoutMs: 1000 });
  await until('initialize-failed');
  await clock.advance(0);
  expect(JSON.stringify(said)).toContain('the model is not there');
  expect(exits).toEqual([1]);
});

test.for([
  ['no agent in it', new URL('./__fixtures__/collected-log.ts', import.meta.url).href, 'has no agent'],
  ['no such file', 'file:///nowhere/agent.mjs', 'cannot be loaded'],
] as const)('a module with %s is told as such', async ([, agent, message]) => {
  const { child, said, until } = createChild();
  child.onMessage({ type: 'initialize', agent, shutdownTimeoutMs: 1000 });
  await until('initialize-failed');
  expect(JSON.stringify(said)).toContain(message);
});

test('without its worker a child ends: when the channel closes, or when nobody has asked for it for 60 s', async () => {
  const closed = createChild();
  await closed.child.onDisconnect();
  expect(closed.exits).toEqual([3]);
  const silent = createChild();
  silent.child.onMessage({ type: 'initialize', agent: agentUrl('scripted').href, shutdownTimeoutMs: 1000 });
  await silent.until('initialized');
  await silent.clock.advance(60_999);
  expect(silent.exits).toEqual([]);
  await silent.clock.advance(10_000);
  expect(silent.exits).toEqual([3]);
});

test.for([
  [
    'asks for its jobs once more',
    { ...order, isAskedAgainIfLost: true },
    'error the worker is gone: its job has ended, and was asked for once more',
  ],
  ['tells of its jobs', order, 'error the worker is gone: its job has ended'],
  [
    'tells of jobs that it cannot ask for',
    { ...order, connection: { cannotAskAgain: true }, isAskedAgainIfLost: true },
    'could not be asked for once more',
  ],
] as const)('whose worker is gone, a child %s, leaves their calls, and ends', async ([, given, line]) => {
  const { child, exits, until, lastWords, said } = createChild();
  child.onMessage({ type: 'initialize', agent: agentUrl('scripted').href, shutdownTimeoutMs: 1000 });
  await until('initialized');
  child.onMessage({ type: 'start-job', order: given });
  await until('job-running');
  while (!said.some((one) => one.type === 'log' && one.message.includes('joined')))
    await new Promise((resolve) => void setImmediate(resolve));
  await child.onDisconnect();
  expect(lastWords.text()).toContain(line);
  expect(lastWords.text()).toContain('the scripted room was left');
  expect(exits).toEqual([3]);
});

test('an error that nobody caught ends the child once it was told; a rejection, or a message it does not know, does not', async () => {
  const { child, said, exits, clock } = createChild();
  child.onUnhandledRejection(new Error('forgotten'));
  child.onMessage({ type: 'dance' });
  await clock.advance(0);
  expect(exits).toEqual([]);
  child.onUncaughtException(new Error('thrown into nowhere'));
  await clock.advance(0);
  expect(exits).toEqual([1]);
  expect(said.map((message) => (message.type === 'log' ? message.level : message.type))).toEqual(['error', 'warn', 'error']);
});

test('a child ends once all that it said has left', async () => {
  const gate = createDeferred<void>();
  const { child, exits, clock } = createChild(() => gate.promise);
  child.onUncaughtException(new Error('thrown into nowhere'));
  await clock.advance(0);
  expect(exits).toEqual([]);
  gate.resolve();
  await clock.advance(0);
  expect(exits).toEqual([1]);
});

test('of more lines than the worker keeps up with the rest is left out, and counted', async () => {
  const gate = createDeferred<void>();
  const { child, said, clock } = createChild(() => gate.promise);
  for (let count = 0; count < 10_007; count += 1) child.onUnhandledRejection('again');
  expect(said).toHaveLength(10_000);
  gate.resolve();
  await clock.advance(0);
  expect(said).toHaveLength(10_001);
  expect(said.at(-1)).toMatchObject({ level: 'warn', message: '7 lines of the log were left out: there were too many at once' });
});
