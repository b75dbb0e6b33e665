import { expect, test } from 'vitest';
import { defaultConnectOptions, retryDelayMs } from './connect-options.js';

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
