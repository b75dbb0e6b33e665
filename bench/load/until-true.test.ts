import { expect, test } from 'vitest';
import { untilTrue } from './until-true.js';

test('what is true already is not waited for', async () => {
  let looks = 0;
  await untilTrue(() => (looks += 1) > 0, { what: 'nothing', timeoutMs: 0 });
  expect(looks).toBe(1);
});

test('what becomes true later is waited for', async () => {
  let looks = 0;
  await untilTrue(() => (looks += 1) > 3, { what: 'the fourth look', timeoutMs: 10_000 });
  expect(looks).toBe(4);
});

test('what does not become true is an error that names it', async () => {
  await expect(untilTrue(() => false, { what: 'a reply', timeoutMs: 0 })).rejects.toThrow('waited 0 ms for a reply');
});
