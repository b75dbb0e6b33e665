import { expect, test } from 'vitest';
import { mergeBenchRuns, readBenchRows } from './bench-row.js';

const row = { what: 'p50', figures: [0.2], unit: 'ms', atMost: 0.5 } as const;

test('rows that another process sent are taken as they are', () => {
  expect(readBenchRows([row])).toEqual([row]);
});

test('no rows, or a row without a figure, is an error and not an empty table', () => {
  expect(() => readBenchRows(undefined)).toThrow('gave no rows');
  expect(() => readBenchRows([])).toThrow('gave no rows');
  expect(() => readBenchRows([{ ...row, figures: [] }])).toThrow('without a figure');
  expect(() => readBenchRows([{ ...row, figures: [Number.NaN] }])).toThrow('without a figure');
  expect(() => readBenchRows([{ ...row, unit: 'furlongs' }])).toThrow('furlongs');
});

test('several runs become one row with all figures', () => {
  expect(mergeBenchRuns([[row], [{ ...row, figures: [0.3] }], [{ ...row, figures: [0.1] }]])).toEqual([
    { ...row, figures: [0.2, 0.3, 0.1] },
  ]);
});

test('runs that measured different things are refused', () => {
  expect(() => mergeBenchRuns([[row], [{ ...row, what: 'p99' }]])).toThrow('one run measured "p50", another did not');
});
