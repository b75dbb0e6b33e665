import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { sleep } from './sleep.js';

test('lasts as long as it says', async () => {
  const clock = new VirtualClock();
  await clock.runUntil(sleep(250, { clock }));
  expect(clock.now()).toBe(250);
});

test('rejects with the signal’s reason as soon as it fires, and leaves no timer or listener', async () => {
  const clock = new VirtualClock();
  const controller = new AbortController();
  const reason = new Error('enough');
  clock.after(100, () => controller.abort(reason));
  await expect(clock.runUntil(sleep(250, { clock, signal: controller.signal }))).rejects.toBe(reason);
  expect(clock.now()).toBe(100);
  clock.assertIdle();
  expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
});

test('does not begin if the signal has fired', async () => {
  const clock = new VirtualClock();
  const reason = new Error('enough');
  await expect(sleep(250, { clock, signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  clock.assertIdle();
});

test('leaves no listener when it has lasted', async () => {
  const clock = new VirtualClock();
  const { signal } = new AbortController();
  await clock.runUntil(sleep(250, { clock, signal }));
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
