import { afterEach, describe, expect, test, vi } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { fieldOf } from './field-of.js';
import { KeepAlive } from './keep-alive.js';
import { pcmBytes } from './pcm-bytes.js';
import { PcmReader } from './pcm-reader.js';
import { primaryTag } from './primary-tag.js';
import { readBaseUrl } from './read-base-url.js';
import { readKey } from './read-key.js';
import { redact } from './redact.js';
import { retryAfterMs } from './retry-after.js';
import { wavBytes } from './wav-bytes.js';

afterEach(() => void vi.unstubAllEnvs());

function errorOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

describe('a key', () => {
  test('is the setting’s before the environment’s, at the time of the call', () => {
    vi.stubEnv('ACME_API_KEY', ' from-environment ');
    const of = { provider: 'acme', environment: 'ACME_API_KEY' };
    expect(readKey({ ...of, apiKey: 'given' })).toBe('given');
    expect(readKey(of)).toBe('from-environment');
  });

  test('that is missing is named by its variable', () => {
    vi.stubEnv('ACME_API_KEY', '');
    const read = () => readKey({ provider: 'acme', environment: 'ACME_API_KEY' });
    expect(read).toThrow('acme: there is no key: set the environment variable ACME_API_KEY, or give the setting "apiKey"');
  });

  test.each(['sk-12…56', 'sk-12\n34', 'sk-12\u{1F511}'])('that no header can hold is refused, without a word of it: %j', (apiKey) => {
    const of = { provider: 'acme', environment: 'ACME_API_KEY' };
    const fields = { kind: 'authentication', retryable: false };
    const given = errorOf(() => readKey({ ...of, apiKey }));
    expect(given).toMatchObject(fields);
    expect(String(given)).toContain('the setting "apiKey"');
    vi.stubEnv('ACME_API_KEY', apiKey);
    const set = errorOf(() => readKey(of));
    expect(set).toMatchObject(fields);
    expect(String(set)).toContain('the environment variable ACME_API_KEY');
    expect(`${String(given)} ${String(set)}`).not.toContain('12');
  });
});

describe('an address', () => {
  test.each([
    ['https://api.acme.example', 'https://api.acme.example'],
    ['http://127.0.0.1:8080/v1/', 'http://127.0.0.1:8080/v1'],
    ['wss://api.acme.example/', 'https://api.acme.example'],
    ['ws://localhost:1', 'http://localhost:1'],
    [' https://api.acme.example/v1// ', 'https://api.acme.example/v1'],
  ])('is one of HTTP, without a slash at its end: %j', (baseUrl, read) => {
    expect(readBaseUrl({ provider: 'acme', baseUrl })).toBe(read);
  });

  test.each(['', 'not a url', 'ftp://secret.example', 'api.secret.example/v1', 'https://me:secret@host', 'https://host/?a=secret'])(
    'that is none is refused at once, without a word of it: %j',
    (baseUrl) => {
      const error = errorOf(() => readBaseUrl({ provider: 'acme', baseUrl }));
      expect(error).toMatchObject({ kind: 'invalid-request', provider: 'acme', retryable: false });
      expect(String(error)).toContain('"baseUrl"');
      expect(String(error)).not.toContain('secret');
    },
  );
});

test('a message has no secret in it, and an end', () => {
  expect(redact(`no ${'x'.repeat(400)}`, [])).toHaveLength(301);
  expect(redact('key k1 and k1', ['k1', ''])).toBe('key [redacted] and [redacted]');
});

test('a field of what is none is undefined', () => {
  expect([fieldOf({ a: 1 }, 'a'), fieldOf({ a: 1 }, 'b'), fieldOf(null, 'a'), fieldOf('a', 'length')]).toEqual([
    1,
    undefined,
    undefined,
    undefined,
  ]);
});

test('the language of a tag is what stands before its first hyphen', () => {
  expect([primaryTag('en-GB'), primaryTag('zh-Hant-TW'), primaryTag('de')]).toEqual(['en', 'zh', 'de']);
});

test.each([
  [{ 'retry-after': '2' }, 2000],
  [{ 'retry-after': '0.5' }, 500],
  [{ 'retry-after-ms': '250', 'retry-after': '9' }, 250],
  [{ 'retry-after': 'Thu, 01 Jan 1970 00:00:30 GMT' }, 30_000],
  [{ 'retry-after': 'soon' }, undefined],
  [{ 'retry-after': '-1' }, undefined],
  [{ 'retry-after': '99999' }, undefined],
  [{}, undefined],
])('a wait that a server asks for is read: %o', (headers, waitMs) => {
  const clock = { date: () => new Date(0) };
  const all = new Map(Object.entries(headers));
  expect(retryAfterMs((name) => all.get(name), clock)).toBe(waitMs);
});

test('bytes of any length become frames of 20 ms, without a lost or a swapped sample', () => {
  const samples = Int16Array.from({ length: 1000 }, (_one, index) => index * 7 - 3000);
  const bytes = pcmBytes(samples);
  for (const step of [1, 3, 319, 640, 5000]) {
    const reader = new PcmReader({ sampleRate: 16_000 });
    const frames = [];
    for (let from = 0; from < bytes.length; from += step) frames.push(...reader.push(bytes.subarray(from, from + step)));
    const last = reader.flush();
    if (last !== undefined) frames.push(last);
    expect(frames.map((frame) => frame.samples.length)).toEqual([320, 320, 320, 40]);
    expect(frames.map(({ atMs }) => atMs)).toEqual([0, 20, 40, 60]);
    expect(frames.flatMap((frame) => [...frame.samples])).toEqual([...samples]);
  }
});

test('a WAV file says what it holds', () => {
  const file = Buffer.from(wavBytes(new Int16Array([1, -2]), 16_000));
  expect(file.toString('latin1', 0, 4) + file.toString('latin1', 8, 16)).toBe('RIFFWAVEfmt ');
  expect([file.readUInt32LE(4), file.readUInt32LE(24), file.readUInt32LE(28), file.readUInt32LE(40)]).toEqual([40, 16_000, 32_000, 4]);
  expect([file.readInt16LE(44), file.readInt16LE(46), file.length]).toEqual([1, -2, 48]);
});

test('a connection is kept alive only while nothing else is sent', async () => {
  const clock = new VirtualClock();
  const sent: number[] = [];
  const keepAlive = new KeepAlive({ clock, intervalMs: 5000, send: () => sent.push(clock.now()) });
  clock.after(3000, () => keepAlive.touch());
  await clock.advance(14_000);
  expect(sent).toEqual([8000, 13_000]);
  keepAlive[Symbol.dispose]();
  clock.assertIdle();
});
