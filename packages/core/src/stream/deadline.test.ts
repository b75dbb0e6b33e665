import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { withDeadline } from './deadline.js';
import { createDeferred } from './deferred.js';

const tooLate = () => new Error('too late');

test('a promise that settles in time gives its own outcome, and no timer is left', async () => {
  const clock = new VirtualClock();
  const [good, bad] = [createDeferred<string>(), createDeferred<string>()];
  const options = { clock, timeoutMs: 100, onTimeout: tooLate };
  clock.after(99, () => good.resolve('in time'));
  clock.after(99, () => bad.reject(new Error('its own')));
  const results = Promise.allSettled([withDeadline(good.promise, options), withDeadline(bad.promise, options)]);
  expect(await clock.runUntil(results)).toMatchObject([{ value: 'in time' }, { reason: { message: 'its own' } }]);
  expect(clock.now()).toBe(99);
  clock.assertIdle();
});

test('one that does not is left behind at the deadline', async () => {
  const clock = new VirtualClock();
  await expect(clock.runUntil(withDeadline(new Promise(() => {}), { clock, timeoutMs: 100, onTimeout: tooLate }))).rejects.toThrow(
    'too late',
  );
  expect(clock.now()).toBe(100);
  clock.assertIdle();
});

test('its failure after the deadline is nobody’s: no unhandled rejection', async () => {
  const clock = new VirtualClock();
  const late = createDeferred<string>();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  await expect(clock.runUntil(withDeadline(late.promise, { clock, timeoutMs: 100, onTimeout: tooLate }))).rejects.toThrow('too late');
  late.reject(new Error('later still'));
  await new Promise(setImmediate);
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});
