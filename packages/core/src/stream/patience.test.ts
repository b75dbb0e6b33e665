import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { Patience } from './patience.js';

function setUp() {
  const clock = new VirtualClock();
  const overAtMs: number[] = [];
  const patience = new Patience(clock, () => overAtMs.push(clock.now()));
  return { clock, patience, overAtMs };
}

test('ends once, after the time given', async () => {
  const { clock, patience, overAtMs } = setUp();
  patience.expect(300);
  await clock.advance(1000);
  patience.resume();
  await clock.advance(1000);
  expect([overAtMs, patience.isOver, patience.waitedMs]).toEqual([[300], true, 300]);
  clock.assertIdle();
});

test('begins anew with each thing that is expected', async () => {
  const { clock, patience, overAtMs } = setUp();
  patience.expect(300);
  await clock.advance(200);
  patience.expect(500);
  await clock.advance(1000);
  expect(overAtMs).toEqual([700]);
});

test('does not count the time while it is paused', async () => {
  const { clock, patience, overAtMs } = setUp();
  patience.expect(300);
  await clock.advance(200);
  patience.pause();
  patience.pause();
  await clock.advance(5000);
  clock.assertIdle();
  expect(patience.isOver).toBe(false);
  patience.resume();
  patience.resume();
  await clock.advance(1000);
  expect(overAtMs).toEqual([5300]);
});

test('leaves no timer once disposed, whoever resumes', async () => {
  const { clock, patience, overAtMs } = setUp();
  patience.expect(300);
  patience.pause();
  patience[Symbol.dispose]();
  patience.resume();
  patience.expect(300);
  clock.assertIdle();
  await clock.advance(1000);
  expect(overAtMs).toEqual([]);
});

test('no time at all is over with the next timer', async () => {
  const { clock, patience, overAtMs } = setUp();
  patience.expect(0);
  await clock.advance(0);
  expect(overAtMs).toEqual([0]);
});
