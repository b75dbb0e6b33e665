import { expect, test } from 'vitest';
import { createModelRow } from './model-row.js';
import { takeBatch } from './take-batch.js';

const item = (name: string, sampleRate: 8000 | 16_000) => ({ name, row: createModelRow(sampleRate) });
const names = (items: readonly { readonly name: string }[]) => items.map(({ name }) => name).join('');

test('a run takes those that waited longest, up to its size', () => {
  const { batch, rest } = takeBatch([item('a', 16_000), item('b', 16_000), item('c', 16_000)], 2);
  expect([names(batch), names(rest)]).toEqual(['ab', 'c']);
});

test('a run has one sample rate, that of the first in line, and the others keep their order', () => {
  const waiting = [item('a', 8000), item('b', 16_000), item('c', 8000), item('d', 16_000), item('e', 8000)];
  const { batch, rest } = takeBatch(waiting, 2);
  expect([names(batch), names(rest)]).toEqual(['ac', 'bde']);
  expect(names(takeBatch(rest, 2).batch)).toBe('bd');
});

test('nobody waiting is no run', () => {
  expect(takeBatch([], 16)).toEqual({ batch: [], rest: [] });
});
