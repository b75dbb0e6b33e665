import { expect, test } from 'vitest';
import { APIStatusError } from '../provider/api-error.js';
import { toErrorReport } from './error-report.js';

test('an error of a provider is told with what tells cases apart', () => {
  expect(toErrorReport(new APIStatusError('too many', { provider: 'acme', status: 429 }))).toEqual({
    name: 'APIStatusError',
    message: 'acme: too many',
    kind: 'status',
    provider: 'acme',
    retryable: true,
    status: 429,
  });
});

test('nothing but the message of what an error carries along is told', () => {
  const secret = 'sk-1234';
  const cause = Object.assign(new Error(`Bearer ${secret}`), { config: { headers: { authorization: secret } } });
  const plain = Object.assign(new Error('refused', { cause }), { apiKey: secret, request: { headers: { authorization: secret } } });
  const api = Object.assign(new APIStatusError('refused', { provider: 'acme', status: 401, requestId: secret, cause }), {
    headers: secret,
  });
  const reports = [toErrorReport(plain), toErrorReport(api)];
  expect(JSON.stringify(reports)).not.toContain(secret);
  expect(reports[0]).toEqual({ name: 'Error', message: 'refused' });
  expect(reports[1]).toMatchObject({ message: 'acme: refused', status: 401 });
});

test.each([['text'], [undefined], [null], [{ message: 'sk-1234' }], [7]])('%o thrown is told by its type alone', (thrown) => {
  const report = toErrorReport(thrown);
  expect(report).toEqual({ name: 'Error', message: `something that is no error was thrown: ${typeof thrown}` });
});

test('what is told is plain data', () => {
  const report = toErrorReport(new TypeError('wrong'));
  expect(JSON.parse(JSON.stringify(report))).toEqual({ name: 'TypeError', message: 'wrong' });
});
