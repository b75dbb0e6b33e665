import { expect, test } from 'vitest';
import { createDeferred } from './deferred.js';

test('is settled by its handles, the first time only', async () => {
  const [good, bad] = [createDeferred<number>(), createDeferred<number>()];
  good.resolve(1);
  good.reject(new Error('too late'));
  bad.reject(new Error('no'));
  bad.resolve(2);
  expect(await good.promise).toBe(1);
  await expect(bad.promise).rejects.toThrow('no');
});

test('takes on the outcome of a promise', async () => {
  const deferred = createDeferred<number>();
  deferred.resolve(Promise.resolve(7));
  expect(await deferred.promise).toBe(7);
});
