import { expect, test } from 'vitest';
import { owedMs } from './owed-time.js';

test.each([
  ['one that had its processor all the time is owed nothing', { afterMs: 1000, grantedMs: 0, starvedMs: 5 }, 0],
  ['one that was starved is owed as much', { afterMs: 1000, grantedMs: 0, starvedMs: 900 }, 900],
  ['what was granted is not owed again', { afterMs: 1000, grantedMs: 900, starvedMs: 1500 }, 600],
  ['one that is starved for ever is given up in the end', { afterMs: 1000, grantedMs: 4000, starvedMs: 60_000 }, 0],
])('%s', (_name, times, expected) => {
  expect(owedMs(times)).toBe(expected);
});
