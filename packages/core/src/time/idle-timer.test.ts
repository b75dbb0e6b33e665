import { expect, test } from 'vitest';
import { idleTimer } from './idle-timer.js';
import { realClock } from './real-clock.js';
import { VirtualClock } from './virtual-clock.js';

const timers = () => process.getActiveResourcesInfo().filter((type) => type === 'Timeout').length;

test('waiting for it keeps no process running, and yet it fires', async () => {
  const before = timers();
  const cancel = idleTimer(realClock, 60_000, () => {});
  expect(timers()).toBe(before);
  cancel();
  await new Promise<void>((resolve) => {
    idleTimer(realClock, 1, resolve);
    realClock.after(1000, () => {});
  });
});

test('on a clock that knows no such timer it is as any other', async () => {
  const clock = new VirtualClock();
  let fired = 0;
  idleTimer(clock, 10, () => (fired += 1));
  idleTimer(clock, 10, () => (fired += 1))();
  await clock.advance(10);
  expect(fired).toBe(1);
});
