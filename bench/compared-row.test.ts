import { expect, test } from 'vitest';
import type { BenchRow } from './bench-row.js';
import { compareRows, peerRatio } from './compared-row.js';

const row = (what: string, ...figures: readonly number[]): BenchRow => ({ what, figures, unit: 'ms' });

test('what both show stands on one line, with all figures of the peer', () => {
  const ours: BenchRow = { ...row('p50', 0.2, 0.3), atMost: 0.5 };
  expect(compareRows([ours], [[row('p50', 7)], [row('p50', 8)]])).toEqual([{ ...ours, peerFigures: [7, 8] }]);
});

test('without a run of the peer the rows are ours alone', () => {
  expect(compareRows([row('p50', 0.2)])).toEqual([row('p50', 0.2)]);
  expect(compareRows([row('p50', 0.2)], [])).toEqual([row('p50', 0.2)]);
});

test('what the peer never got to is told as measured without a figure', () => {
  expect(compareRows([row('500 calls: p50', 1)], [[row('50 calls: p50', 90)]])).toEqual([
    { ...row('500 calls: p50', 1), peerFigures: [] },
    { what: '50 calls: p50', unit: 'ms', figures: [], peerFigures: [90] },
  ]);
});

test('a run in which the peer got less far leaves the others their figures', () => {
  const compared = compareRows([row('p50', 1), row('p99', 2)], [[row('p50', 10), row('p99', 20)], [row('p50', 12)]]);
  expect(compared.map(({ peerFigures }) => peerFigures)).toEqual([[10, 12], [20]]);
});

test('a goal is ours, and is not held against what only the peer shows', () => {
  const [alone] = compareRows([], [[{ ...row('p99', 30), atMost: 20 }]]);
  expect(alone).not.toHaveProperty('atMost');
});

test('the ratio is of the medians', () => {
  expect(peerRatio({ ...row('p50', 0.1, 0.5, 9), peerFigures: [4, 5, 6] })).toBe(10);
});

test.each([
  ['the peer was not measured', row('p50', 1)],
  ['the peer did not get so far', { ...row('p50', 1), peerFigures: [] }],
  ['we did not', { ...row('p50'), peerFigures: [1] }],
  ['ours is 0', { ...row('frames late', 0), peerFigures: [1] }],
  ['it is a count', { ...row('turns', 100), unit: 'turns', peerFigures: [50] }],
] as const)('there is no ratio where %s', (_, compared) => {
  expect(peerRatio(compared)).toBeUndefined();
});
