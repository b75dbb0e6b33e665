import { createServer } from 'node:http';
import { expect, test } from 'vitest';
import { healthAnswer } from './health-answer.js';
import { startHealthServer } from './health-server.js';
import { createScriptedDispatcher } from '../testing/scripted-dispatcher.js';
import { defineAgent } from './define-agent.js';
import { runInline, transportUrl } from './__fixtures__/inline-worker.js';
import { runProcesses } from './__fixtures__/process-worker.js';
import { Worker } from './worker.js';
import type { WorkerStatus } from './worker-status.js';

const agent = defineAgent({ entry: () => {} });

const status: WorkerStatus = {
  state: 'running',
  workerId: 'AW_1',
  isAccepting: true,
  refusal: undefined,
  activeJobs: 3,
  load: 0.25,
  processes: { starting: 1, idle: 2, busy: 3, closing: 0 },
  processMemoryMb: 150,
  counts: {
    offersAccepted: 9,
    offersDeclined: 1,
    jobsLost: 1,
    jobsSucceeded: 4,
    jobsFailed: 2,
    jobsCutOff: 3,
    jobsRedispatched: 1,
    processStartsFailed: 5,
  },
};

test.for<[string, Partial<WorkerStatus>, number, string]>([
  ['/healthz', {}, 200, 'OK'],
  ['/healthz', { workerId: undefined, isAccepting: false }, 200, 'OK'],
  ['/', {}, 200, 'OK'],
  ['/readyz', {}, 200, 'OK'],
  ['/readyz', { workerId: undefined, isAccepting: false }, 503, 'not ready: not registered with the server'],
  ['/readyz', { isAccepting: false, refusal: 'all slots are taken' }, 503, 'not ready: all slots are taken'],
  ['/readyz', { isAccepting: false, state: 'draining', refusal: 'draining' }, 503, 'not ready: draining'],
  ['/elsewhere', {}, 404, 'there are /healthz, /readyz, /worker and /metrics'],
])('%s with %j answers %i', ([path, change, code, body]) => {
  expect(healthAnswer('GET', path, { ...status, ...change })).toMatchObject({ status: code, body: `${body}\n` });
});

test('/worker tells the status, /metrics tells it to Prometheus; other methods are refused', () => {
  expect(JSON.parse(healthAnswer('GET', '/worker', status).body)).toEqual(JSON.parse(JSON.stringify(status)));
  const { body } = healthAnswer('GET', '/metrics', status);
  const lines = body.split('\n');
  expect(lines).toContain('parley_worker_active_jobs 3');
  expect(lines).toContain('# TYPE parley_worker_jobs_total counter');
  expect(lines).toContain('parley_worker_jobs_total{outcome="failed"} 2');
  expect(lines).toContain('parley_worker_processes{state="busy"} 3');
  // The format's own rules: a line is a comment or a name, labels and a number; the last one ends.
  expect(lines.filter((line) => !/^(# (HELP|TYPE) parley_\w+ .+|parley_\w+(\{\w+="\w+"\})? [\d.]+|)$/.test(line))).toEqual([]);
  expect(body.endsWith('\n')).toBe(true);
  expect(healthAnswer('POST', '/worker', status).status).toBe(405);
});

test('a worker answers on the port it was given, until it is closed', async () => {
  await using one = await runProcesses({ port: 0, host: '127.0.0.1' });
  const get = async (path: string, init: RequestInit = {}) => {
    const response = await fetch(`http://127.0.0.1:${one.worker.healthPort}${path}`, init);
    return `${response.status} ${await response.text()}`;
  };
  expect(await get('/readyz?verbose=1')).toBe('200 OK\n');
  expect(await get('/healthz', { method: 'HEAD' })).toBe('200 ');
  const told: unknown = JSON.parse((await get('/worker')).slice(4));
  expect(told).toMatchObject({ state: 'running', workerId: 'worker-1', activeJobs: 0 });
  one.dispatcher.disconnect(1000);
  await one.logged('the server is not reached');
  expect([await get('/readyz'), await get('/healthz')]).toEqual(['503 not ready: not registered with the server\n', '200 OK\n']);
  const { healthPort } = one.worker;
  await one.worker.close();
  await expect(fetch(`http://127.0.0.1:${healthPort}/healthz`)).rejects.toThrow('fetch failed');
});

test('a worker that is closed while it starts leaves no server behind', async () => {
  const worker = new Worker({ agent, dispatcher: createScriptedDispatcher({ transport: transportUrl }), isolation: 'inline', port: 0 });
  const running = worker.run();
  await worker.close();
  await running;
  await expect(fetch(`http://127.0.0.1:${worker.healthPort}/healthz`)).rejects.toThrow('fetch failed');
});

test('bad input: a port in use ends run() with a line that says so, and what to do', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => void other.listen(0, '127.0.0.1', resolve));
  const address = other.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  await using one = await runInline(() => {}, { host: '127.0.0.1', port });
  await expect(one.running).rejects.toMatchObject({
    code: 'port',
    message: `the health server cannot listen on 127.0.0.1:${port}: the port is in use; give another with the options "host" and "port", or port: null for no health server`,
  });
  expect(one.worker.status.state).toBe('closed');
  await new Promise((resolve) => void other.close(resolve));
});

test('an address that is nobody’s is told as such', async () => {
  const answer = () => healthAnswer('GET', '/', status);
  await expect(startHealthServer({ host: '203.0.113.1', port: 0, answer })).rejects.toMatchObject({ code: 'port' });
});
