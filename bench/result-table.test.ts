import { expect, test } from 'vitest';
import { inDigits, isReached, resultTable } from './result-table.js';

test('a row shows the median of its runs, their range, and whether the goal is reached', () => {
  const table = resultTable('turn', [
    { what: 'p50', figures: [0.3, 0.2, 0.9], unit: 'ms', atMost: 0.5 },
    { what: 'p99', figures: [2.5, 3.25, 2], unit: 'ms', atMost: 2 },
  ]);
  expect(table.split('\n')).toEqual([
    'turn',
    '  p50  0.300 ms  (3 runs: 0.200 to 0.900)  goal <= 0.5 ms: reached',
    '  p99   2.50 ms  (3 runs: 2 to 3.25)       goal <= 2 ms: MISSED',
  ]);
});

test('a row without a goal or of one run leaves those columns empty', () => {
  expect(resultTable('turn', [{ what: 'turns', figures: [500], unit: 'turns' }])).toBe('turn\n  turns  500 turns');
});

test("the peer's median stands behind ours with the ratio, and a dash for what one of them did not get to", () => {
  const table = resultTable('turn', [
    { what: 'p50', figures: [0.5], unit: 'ms', atMost: 0.5, peerFigures: [5, 7, 6] },
    { what: 'p99 at 500 calls', figures: [4], unit: 'ms', peerFigures: [] },
    { what: 'only theirs', figures: [], unit: 'ms', peerFigures: [90] },
  ]);
  expect(table.split('\n')).toEqual([
    'turn',
    '  p50               0.500 ms    goal <= 0.5 ms: reached  peer: 6 ms, 12 times ours, (3 runs: 5 to 7)',
    '  p99 at 500 calls      4 ms                             peer: -',
    '  only theirs              -                             peer: 90 ms',
  ]);
});

test('a goal is reached by a figure that equals it', () => {
  expect(isReached({ what: 'p50', figures: [0.5], unit: 'ms', atMost: 0.5 })).toBe(true);
  expect(isReached({ what: 'p50', figures: [0.5], unit: 'ms' })).toBeUndefined();
});

test('figures have three digits that count, and no more than four after the point', () => {
  expect([1234.5, 123.45, 12.345, 1.2345, 0.12345, 0.00012345, -0.5].map(inDigits)).toEqual([
    '1235',
    '123',
    '12.3',
    '1.23',
    '0.123',
    '0.0001',
    '-0.500',
  ]);
});
