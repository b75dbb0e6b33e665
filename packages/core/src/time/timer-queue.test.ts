import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Timer, TimerQueue } from './timer-queue.js';

const origin = new Error('set by a test');
const timerAt = (atMs: number, sequence: number): Timer => ({ atMs, sequence, callback: () => {}, origin, place: -1 });

function drain(queue: TimerQueue): Timer[] {
  const order: Timer[] = [];
  for (let first = queue.first; first !== undefined; first = queue.first) {
    queue.remove(first);
    order.push(first);
  }
  return order;
}

const inOrder = (timers: readonly Timer[]): Timer[] =>
  timers.toSorted((one, other) => one.atMs - other.atMs || one.sequence - other.sequence);

test('timers come out by time, and those of one instant in the order in which they were set, whatever was removed meanwhile', () => {
  const dues = fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { maxLength: 60 });
  fc.assert(
    fc.property(dues, (drawn) => {
      const queue = new TimerQueue();
      const timers = drawn.map(([atMs], index) => timerAt(atMs, index));
      for (const timer of timers) queue.add(timer);
      const removed = timers.filter((_timer, index) => drawn[index]?.[1]);
      for (const timer of removed) queue.remove(timer);
      expect(queue.size).toBe(timers.length - removed.length);
      expect(drain(queue)).toEqual(inOrder(timers.filter((timer) => !removed.includes(timer))));
      expect(queue.size).toBe(0);
    }),
  );
});

test('a timer that is out already can be removed again', () => {
  const queue = new TimerQueue();
  const [one, other] = [timerAt(1, 0), timerAt(2, 1)];
  queue.add(one);
  queue.add(other);
  queue.remove(one);
  queue.remove(one);
  expect(drain(queue)).toEqual([other]);
});
