import { expect, test } from 'vitest';
import { defaultConnectOptions, firstOutputLimitMs, retryDelayMs } from './connect-options.js';

test.each([
  [1, 100],
  [2, 2000],
  [3, 2000],
])('further attempt %i comes after %i ms', (attempt, delayMs) => {
  expect(retryDelayMs(attempt, defaultConnectOptions)).toBe(delayMs);
});

test('what the vendor asks for counts if it is longer', () => {
  expect([50, 700, 5000].map((retryAfterMs) => retryDelayMs(1, defaultConnectOptions, retryAfterMs))).toEqual([100, 700, 5000]);
  expect([700, 5000].map((retryAfterMs) => retryDelayMs(2, defaultConnectOptions, retryAfterMs))).toEqual([2000, 5000]);
});

test('the first is not slower than the others where they are fast', () => {
  expect([1, 2].map((attempt) => retryDelayMs(attempt, { ...defaultConnectOptions, retryDelayMs: 20 }))).toEqual([20, 20]);
});

test.each([
  ['3 s while another attempt can be made after it', { attempt: 1, leftMs: 8000, limitMs: 3000 }],
  ['all that is left if the deadline allows no other', { attempt: 2, leftMs: 4900, limitMs: 4900 }],
  ['3 s for a later one too, if there is time for another', { attempt: 3, leftMs: 60_000, limitMs: 3000 }],
  ['the usual wait for the last, where the deadline is far', { attempt: 4, leftMs: 60_000, limitMs: 10_000 }],
  ['no more than is left', { attempt: 1, leftMs: 500, limitMs: 500 }],
  ['nothing, once the deadline has passed', { attempt: 2, leftMs: -20, limitMs: 0 }],
])('the first output may take %s', (_what, { attempt, leftMs, limitMs }) => {
  expect(firstOutputLimitMs(attempt, defaultConnectOptions, leftMs)).toBe(limitMs);
});
