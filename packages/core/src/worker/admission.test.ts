import { expect, test } from 'vitest';
import { type AdmissionState, expectedLoad, refusal } from './admission.js';

const free: AdmissionState = { jobs: 0, maxJobs: 2, load: 0.2, loadThreshold: 0.7, isDraining: false, isAble: true };

test.for<[Partial<AdmissionState>, string | undefined]>([
  [{}, undefined],
  [{ jobs: 1 }, undefined],
  [{ jobs: 2 }, 'all slots are taken'],
  [{ jobs: 100, maxJobs: Infinity }, undefined],
  [{ load: 0.69 }, undefined],
  [{ load: 0.7 }, 'the load is at its limit'],
  [{ load: 1, loadThreshold: Infinity }, undefined],
  [{ isAble: false }, 'no process can be started'],
  [{ isDraining: true, isAble: false }, 'draining'],
])('%j is refused for: %s', ([change, why]) => {
  expect(refusal({ ...free, ...change })).toBe(why);
});

test('jobs accepted since the load was measured count as much as those that run, or as a guess where none does', () => {
  expect(expectedLoad({ measured: 0.4, settledJobs: 4, youngJobs: 2 })).toBeCloseTo(0.6);
  expect(expectedLoad({ measured: 0.1, settledJobs: 0, youngJobs: 3 })).toBeCloseTo(0.25);
  expect(expectedLoad({ measured: 0.9, settledJobs: 1, youngJobs: 5 })).toBe(1);
  expect(expectedLoad({ measured: 0.3, settledJobs: 2, youngJobs: 0 })).toBe(0.3);
});
