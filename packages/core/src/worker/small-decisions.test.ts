import { expect, test } from 'vitest';
import type { JobDescription } from '../provider/dispatcher.js';
import { afterFailure, type OnJobFailed } from './failed-job.js';
import { firstMemoryState, nextMemory } from './memory-limit.js';
import { startBackOffMs } from './start-back-off.js';
import { isTerminationMeant } from './weigh-termination.js';

test('starts that fail wait longer and longer, up to 30 s', () => {
  expect([0, 1, 2, 3, 7, 8, 100].map(startBackOffMs)).toEqual([0, 500, 1000, 2000, 30_000, 30_000, 30_000]);
});

const job: JobDescription = { id: 'j1', type: 'room', agentName: '', metadata: '' };

test.for<[OnJobFailed, boolean, JobDescription, OnJobFailed]>([
  ['redispatch', false, job, 'redispatch'],
  ['redispatch', true, job, 'leave'],
  ['redispatch', false, { ...job, redispatched: true }, 'leave'],
  ['end-room', true, job, 'end-room'],
  ['leave', false, job, 'leave'],
])('with %s a job that failed (asked for again: %s) has this done about it', ([option, isAskedAgain, failed, measure]) => {
  expect(afterFailure(option, { job: failed, isAskedAgain })).toBe(measure);
});

test('a process is warned of when it passes the mark, and again 50 MB or two minutes later; over the limit it is too much', () => {
  let state = firstMemoryState;
  const limits = { warnMb: 100, limitMb: 300 };
  const at = (usedMb: number, atMs: number) => {
    const next = nextMemory(state, { usedMb, atMs, limits });
    state = next.state;
    return next.verdict;
  };
  expect([at(99, 0), at(100, 1), at(149, 2), at(150, 3), at(151, 120_002), at(151, 120_003)]).toEqual([
    'fine',
    'warn',
    'fine',
    'warn',
    'fine',
    'warn',
  ]);
  expect([at(90, 120_004), at(100, 120_005), at(300, 120_006)]).toEqual(['fine', 'warn', 'over']);
});

test('a termination is meant unless the room reconnects, or did so within the last five seconds', () => {
  const meant = (room: 'connected' | 'reconnecting' | undefined, reconnectedAtMs: number | undefined) =>
    isTerminationMeant({ room, reconnectedAtMs, nowMs: 10_000 });
  expect([meant('connected', undefined), meant(undefined, undefined), meant('connected', 4999)]).toEqual([true, true, true]);
  expect([meant('reconnecting', undefined), meant('connected', 5000), meant('connected', 9999)]).toEqual([false, false, false]);
});
