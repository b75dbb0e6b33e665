import { APIConnectionError } from '@parley/core/provider';
import { AbortError } from '@parley/core/provider-kit';
import { expect, test } from 'vitest';
import { WorkerClient } from './worker-client.js';

const newClient = (maxInFlight = Infinity) =>
  new WorkerClient<string, string>({ url: new URL('./__fixtures__/echo-worker.mjs', import.meta.url), name: 'echo', maxInFlight });
const never = () => new AbortController().signal;

test('each request gets its own reply', async () => {
  await using lease = newClient().lease();
  expect(await Promise.all(['a', 'b', 'c'].map((request) => lease.ask(request, never())))).toEqual(['a', 'b', 'c']);
});

test('what the worker refuses is an invalid request, and the worker goes on', async () => {
  await using lease = newClient().lease();
  await expect(lease.ask('refuse', never())).rejects.toMatchObject({
    kind: 'invalid-request',
    retryable: false,
    message: 'local: it cannot be done',
  });
  expect([await lease.ask('a', never()), lease.ends]).toEqual(['a', 0]);
});

test.each([
  ['crash', /the echo worker failed/],
  ['exit', /the echo worker ended with code 3/],
])('after a %s all requests under way fail, and the next one starts another worker', async (how, message) => {
  await using lease = newClient().lease();
  const held = lease.ask('hold', never());
  const outcomes = await Promise.allSettled([held, lease.ask(how, never())]);
  for (const outcome of outcomes) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { kind: 'connection', retryable: true, message: expect.stringMatching(message) },
    });
  }
  expect([lease.ends, await lease.ask('again', never())]).toEqual([1, 'again']);
});

test('a worker file that is not there fails the request', async () => {
  await using lease = new WorkerClient<string, string>({
    url: new URL('./no-such-worker.mjs', import.meta.url),
    name: 'missing',
    maxInFlight: 1,
  }).lease();
  await expect(lease.ask('a', never())).rejects.toBeInstanceOf(APIConnectionError);
});

test('requests beyond the limit wait on this side, and survive a crash there', async () => {
  await using lease = newClient(1).lease();
  const crash = lease.ask('crash', never());
  const waiting = lease.ask('b', never());
  await expect(crash).rejects.toThrow(APIConnectionError);
  expect(await waiting).toBe('b');
});

test('a request that is aborted while it waits never reaches the worker', async () => {
  await using lease = newClient(1).lease();
  const controller = new AbortController();
  const held = lease.ask('hold', never());
  const aborted = lease.ask('crash', controller.signal);
  controller.abort(new AbortError());
  await expect(aborted).rejects.toThrow(AbortError);
  lease.tell('release');
  expect([await held, await lease.ask('c', never()), lease.ends]).toEqual(['hold', 'c', 0]);
});

test('a request that is aborted while the worker works on it rejects at once', async () => {
  await using lease = newClient().lease();
  const controller = new AbortController();
  const held = lease.ask('hold', controller.signal);
  await lease.ask('a', never());
  controller.abort(new AbortError());
  await expect(held).rejects.toThrow(AbortError);
});

test('a signal that has fired rejects with its reason, and starts no worker', async () => {
  const reason = new AbortError('over');
  await using lease = newClient().lease();
  await expect(lease.ask('a', AbortSignal.abort(reason))).rejects.toBe(reason);
});

test('a hundred requests leave no listener on their signal', async () => {
  await using lease = newClient().lease();
  const { signal } = new AbortController();
  const removed: string[] = [];
  const remove = signal.removeEventListener.bind(signal);
  signal.removeEventListener = (...values: Parameters<typeof remove>) => {
    removed.push(values[0]);
    remove(...values);
  };
  for (let index = 0; index < 100; index++) await lease.ask('a', signal);
  expect(removed).toHaveLength(100);
});

test('the worker ends with the last lease, and its requests with it', async () => {
  const client = newClient();
  const [first, second] = [client.lease(), client.lease()];
  await first.ask('a', never());
  await first[Symbol.asyncDispose]();
  await expect(first.ask('b', never())).rejects.toThrow(/is closed/);
  const held = second.ask('hold', never());
  await Promise.all([expect(held).rejects.toThrow(/ended with its last instance/), second[Symbol.asyncDispose]()]);
  await second[Symbol.asyncDispose]();
  await using third = client.lease();
  expect([third.ends, await third.ask('c', never())]).toEqual([1, 'c']);
});
