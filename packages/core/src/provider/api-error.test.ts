import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { APIConnectionError, APIError, APIStatusError, APITimeoutError, isAPIError } from './api-error.js';

test('says who failed, and keeps what tells cases apart', () => {
  const cause = new Error('the original');
  const error = new APIError('the audio was refused', {
    kind: 'invalid-request',
    provider: 'acme',
    retryable: false,
    status: 422,
    vendorCode: 'bad_audio',
    requestId: 'request-1',
    retryAfterMs: 250,
    cause,
  });
  expect(error.message).toBe('acme: the audio was refused');
  expect(error).toMatchObject({ kind: 'invalid-request', provider: 'acme', retryable: false, status: 422, vendorCode: 'bad_audio' });
  expect(error).toMatchObject({ requestId: 'request-1', retryAfterMs: 250, cause, name: 'APIError' });
});

test('has no field for what is not known', () => {
  const error = new APIError('failed', { kind: 'protocol', provider: 'acme', retryable: true });
  for (const field of ['status', 'vendorCode', 'requestId', 'retryAfterMs', 'cause']) expect(field in error).toBe(false);
});

describe('kinds', () => {
  test('connection and timeout errors are retryable, unless said otherwise', () => {
    const provider = 'acme';
    expect(new APIConnectionError('lost', { provider })).toMatchObject({ kind: 'connection', retryable: true, name: 'APIConnectionError' });
    expect(new APITimeoutError('slow', { provider })).toMatchObject({ kind: 'timeout', retryable: true, name: 'APITimeoutError' });
    expect(new APIConnectionError('no such host', { provider, retryable: false }).retryable).toBe(false);
    expect(new APITimeoutError('slow', { provider, retryable: false }).retryable).toBe(false);
  });

  test.each([
    [400, 'status', false],
    [401, 'authentication', false],
    [403, 'authentication', false],
    [404, 'status', false],
    [408, 'status', true],
    [409, 'status', true],
    [422, 'status', false],
    [425, 'status', true],
    [429, 'status', true],
    [499, 'status', false],
    [500, 'status', true],
    [503, 'status', true],
    [529, 'status', true],
  ])('status %i is of kind %s, retryable: %s', (status, kind, retryable) => {
    expect(new APIStatusError('refused', { provider: 'acme', status })).toMatchObject({ kind, retryable, status, name: 'APIStatusError' });
  });

  test('a vendor may know better whether a status is worth another try', () => {
    expect(new APIStatusError('out of credit', { provider: 'acme', status: 429, retryable: false }).retryable).toBe(false);
  });
});

describe('recognition', () => {
  test('holds for the family, and for errors of another installed copy', () => {
    const other: unknown = runInNewContext(`Object.assign(new Error('acme: lost'), { [Symbol.for('parley.error.api')]: true })`);
    expect([new APIConnectionError('lost', { provider: 'acme' }), other].every(isAPIError)).toBe(true);
    expect(other instanceof Error).toBe(false);
  });

  test.each([[undefined], [null], ['APIError'], [new Error('APIError')], [{ kind: 'connection' }]])('does not hold for %o', (value) => {
    expect(isAPIError(value)).toBe(false);
  });
});
