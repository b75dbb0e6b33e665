import { isAPIError } from '@parley/core/provider';
import { afterEach, expect, test, vi } from 'vitest';
import { livekitDispatcher } from './livekit-dispatcher.js';
import { readRegistration } from './dispatcher-options.js';
import { readAccount } from './server-account.js';
import { retryDelayMs } from './retry-delay.js';
import { toldLoad } from './told-load.js';

afterEach(() => {
  vi.unstubAllEnvs();
});

test.each([
  [{ agentname: 'x' }, /no option "agentname"; known are url, apiKey/],
  [{ type: 'rooms' }, /type must be one of room, publisher, participant, not "rooms"/],
  [{ maxRetry: 0 }, /maxRetry must be a whole number from 1 on, not 0/],
  [{ permissions: { canPublishSources: [] } }, /no permission "canPublishSources"; known are canPublish/],
  [{ permissions: { hidden: 'yes' } }, /permissions\.hidden must be true or false/],
  [{ apiSecret: 7 }, /apiSecret must be a text/],
])('options %j are refused when the dispatcher is made', (options, message) => {
  const given: object = options;
  expect(() => livekitDispatcher(given)).toThrow(message);
});

test('an option that is null is as if it were absent', () => {
  const none = { url: null, agentName: null, type: null, permissions: null, maxRetry: null };
  expect(readRegistration(none)).toEqual({ agentName: '', type: 'room', permissions: undefined });
});

test('what is missing is named when it is needed, with the variable to set', () => {
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET']) vi.stubEnv(name, '');
  const given = { url: 'ws://127.0.0.1:1', apiKey: 'k', apiSecret: 's' };
  expect(() => readAccount({ ...given, url: undefined })).toThrow(/LIVEKIT_URL/);
  expect(() => readAccount({ ...given, apiKey: undefined })).toThrow(/LIVEKIT_API_KEY/);
  expect(() => readAccount({ ...given, apiSecret: undefined })).toThrow(/LIVEKIT_API_SECRET/);
  vi.stubEnv('LIVEKIT_URL', 'ws://127.0.0.1:2');
  expect(readAccount({ ...given, url: null }).address.roomUrl).toBe('ws://127.0.0.1:2');
});

test('without a key the run fails typed, before anything is connected', async () => {
  for (const name of ['LIVEKIT_URL', 'LIVEKIT_API_KEY', 'LIVEKIT_API_SECRET']) vi.stubEnv(name, '');
  const worker = {
    clock: { now: () => 0, date: () => new Date(0), after: () => () => {} },
    logger: { log() {} },
    load: () => ({ load: 0, accepting: true, jobs: 0 }),
    signal: new AbortController().signal,
  };
  const events = livekitDispatcher().run(worker)[Symbol.asyncIterator]();
  const error: unknown = await events.next().catch((reason: unknown) => reason);
  expect(isAPIError(error) && error.kind).toBe('invalid-request');
  expect(await events.next()).toEqual({ done: true, value: undefined });
});

test('the waits grow up to 10 s, each shortened by chance to no less than its half', () => {
  expect([0, 1, 2, 3, 4, 5, 5000].map((failures) => retryDelayMs(failures, 1))).toEqual([1000, 2000, 4000, 8000, 10_000, 10_000, 10_000]);
  expect(retryDelayMs(0, 0)).toBe(500);
  expect(retryDelayMs(9, 0.5)).toBe(7500);
});

test('a load is told so that a busier worker is told to be busier, and one that takes jobs below what newer servers take for full', () => {
  const loads = [0, 0.3, 0.6, 0.7, 0.9, 1].map((load) => toldLoad({ load, accepting: true, jobs: 0 }));
  expect(loads.toSorted((one, other) => one - other)).toEqual(loads);
  expect(loads.slice(0, 3)).toEqual([0, 0.3, 0.6]);
  expect(Math.max(...loads)).toBeCloseTo(0.69);
  expect(toldLoad({ load: 0.9, accepting: false, jobs: 0 })).toBe(0.9);
});
