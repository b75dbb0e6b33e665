import { expect, test } from 'vitest';
import { median, percentile, slope } from './statistics.js';

const oneToHundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test('a percentile is the value at the nearest rank, whatever the order', () => {
  expect(percentile(oneToHundred, 0.5)).toBe(50);
  expect(percentile(oneToHundred, 0.99)).toBe(99);
  expect(percentile(oneToHundred, 0.07)).toBe(7);
  expect(percentile(oneToHundred, 0.991)).toBe(100);
});

test('the shares 0 and 1 give the least and the greatest value', () => {
  expect(percentile([3, 1, 2], 0)).toBe(1);
  expect(percentile([3, 1, 2], 1)).toBe(3);
});

test('a single value is every percentile and the median', () => {
  expect(percentile([7], 0.01)).toBe(7);
  expect(percentile([7], 0.99)).toBe(7);
  expect(median([7])).toBe(7);
});

test('numbers are sorted as numbers, not as text', () => {
  expect(percentile([10, 9, 100], 1)).toBe(100);
  expect(median([10, 9, 100])).toBe(10);
});

test('the median of an even number of values lies between the two in the middle', () => {
  expect(median([4, 1, 3, 2])).toBe(2.5);
});

test('the values given are left in their order', () => {
  const values = [3, 1, 2];
  percentile(values, 0.5);
  median(values);
  expect(values).toEqual([3, 1, 2]);
});

test('without values there is no figure', () => {
  expect(() => percentile([], 0.5)).toThrow('nothing was measured');
  expect(() => median([])).toThrow('nothing was measured');
});

test('a share outside 0 to 1 is refused', () => {
  expect(() => percentile([1], 50)).toThrow('a share is a number from 0 to 1, not 50');
  expect(() => percentile([1], Number.NaN)).toThrow('not NaN');
});

test('the slope is what values grow by from one to the next, whatever a single one does', () => {
  expect(slope([10, 12, 14, 16])).toBe(2);
  expect(slope([10, 12, 100, 16, 18])).toBe(2);
  expect(slope([5, 5, 5, 5, 9])).toBe(0);
});

test('a single value has no slope', () => {
  expect(() => slope([1])).toThrow('nothing was measured');
});
