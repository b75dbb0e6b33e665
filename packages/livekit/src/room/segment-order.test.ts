import type { AudioFrame } from '@parley/core/provider';
import { beforeEach, expect, test } from 'vitest';
import { SegmentOrder } from './segment-order.js';

const frame = (value: number): AudioFrame => ({ samples: Int16Array.of(value), sampleRate: 24_000, channels: 1, atMs: 0 });
let fed: number[];
let order: SegmentOrder;
beforeEach(() => {
  fed = [];
  order = new SegmentOrder(({ samples }) => void fed.push(samples[0] ?? 0));
});

test('what is written to the segment being played goes on at once', () => {
  order.write('a', frame(1));
  order.write('a', frame(2));
  expect(fed).toEqual([1, 2]);
});

test('what is written to a later segment waits for the end of those before it', () => {
  order.write('a', frame(1));
  order.write('b', frame(3));
  order.write('c', frame(5));
  order.end('b');
  order.write('a', frame(2));
  expect(fed).toEqual([1, 2]);
  order.end('a');
  expect(fed).toEqual([1, 2, 3, 5]);
  order.write('c', frame(6));
  expect(fed).toEqual([1, 2, 3, 5, 6]);
});

test('of a segment that is over nothing is taken', () => {
  order.write('a', frame(1));
  order.write('b', frame(2));
  order.clear();
  order.write('a', frame(3));
  order.write('b', frame(4));
  order.end('c');
  order.write('c', frame(5));
  expect(fed).toEqual([1]);
});
