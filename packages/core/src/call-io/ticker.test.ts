import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { Ticker, tickerOf } from './ticker.js';

test('it ticks every 20 ms for all who listen, and only while somebody does', async () => {
  const clock = new VirtualClock();
  const ticker = new Ticker(clock);
  const ticks: string[] = [];
  const first = { tick: (nowMs: number) => ticks.push(`first ${nowMs}`) };
  const second = { tick: (nowMs: number) => ticks.push(`second ${nowMs}`) };
  await clock.advanceTo(5);
  ticker.add(first);
  await clock.advanceTo(30);
  ticker.add(second);
  expect(clock.pendingTimers).toBe(1);
  await clock.advanceTo(45);
  ticker.remove(first);
  await clock.advanceTo(66);
  ticker.remove(second);
  ticker.remove(second);
  await clock.advanceTo(500);
  expect(ticks).toEqual(['first 25', 'first 45', 'second 45', 'second 65']);
  clock.assertIdle();
});

test('a late tick is not made up for: the next one lies on the grid again', async () => {
  const clock = new VirtualClock();
  let lateMs = 0;
  const ticker = new Ticker({
    now: () => clock.now() + lateMs,
    date: () => clock.date(),
    after: (delayMs, callback) => clock.after(delayMs, callback),
  });
  const ticks: number[] = [];
  const listener = { tick: (nowMs: number) => ticks.push(nowMs) };
  ticker.add(listener);
  lateMs = 47;
  await clock.advanceTo(60);
  ticker.remove(listener);
  expect(ticks).toEqual([67, 80, 100]);
  clock.assertIdle();
});

test('a clock has one ticker', () => {
  const clock = new VirtualClock();
  expect(tickerOf(clock)).toBe(tickerOf(clock));
  expect(tickerOf(clock)).not.toBe(tickerOf(new VirtualClock()));
});
