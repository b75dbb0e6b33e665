import { expect, test } from 'vitest';
import { isSpent, nextProcess, type PoolDemand, type PooledState, startCount, superfluous } from './plan-pool.js';

const ready = (jobs = 0, served = jobs): PooledState => ({ state: 'ready', jobs, served });
const starting: PooledState = { state: 'starting', jobs: 0, served: 0 };
const closing: PooledState = { state: 'closing', jobs: 1, served: 1 };
const demand = (change: Partial<PoolDemand>): PoolDemand => ({
  processes: [],
  waiting: 0,
  jobsPerProcess: 1,
  idleProcesses: 0,
  maxJobs: Infinity,
  mostStarting: 4,
  ...change,
});

test.for<[string, Partial<PoolDemand>, number]>([
  ['nothing is wanted', {}, 0],
  ['three are to be warm', { idleProcesses: 3 }, 3],
  ['three are to be warm, one is and one starts', { idleProcesses: 3, processes: [ready(), starting] }, 1],
  ['a job took the only warm one', { idleProcesses: 1, processes: [ready(1)] }, 1],
  ['two jobs wait and nothing is kept warm', { waiting: 2 }, 2],
  ['two jobs wait and one starts', { waiting: 2, processes: [starting] }, 1],
  ['a job waits, and one more is to be warm', { waiting: 1, idleProcesses: 1 }, 2],
  ['eleven jobs wait, ten to a process', { waiting: 11, jobsPerProcess: 10 }, 2],
  ['a shared process still has room', { idleProcesses: 1, jobsPerProcess: 10, processes: [ready(9)] }, 0],
  ['a shared process is full', { idleProcesses: 1, jobsPerProcess: 10, processes: [ready(10)] }, 1],
  ['a shared process has had its 100 jobs', { idleProcesses: 1, jobsPerProcess: 10, processes: [ready(3, 100)] }, 1],
  ['a shared process has had its 100 jobs, and three wait', { waiting: 3, jobsPerProcess: 10, processes: [ready(3, 100)] }, 1],
  ['a shared process has room for the last of its 100 jobs alone', { idleProcesses: 1, jobsPerProcess: 10, processes: [ready(0, 99)] }, 1],
  ['more share a process than it ever serves', { waiting: 200, jobsPerProcess: 200 }, 2],
  ['no more than can ever get a job', { idleProcesses: 4, maxJobs: 2, processes: [ready(1)] }, 1],
  ['all slots are taken', { idleProcesses: 4, maxJobs: 2, processes: [ready(1), ready(1)] }, 0],
  ['so many at once, at most', { waiting: 20, mostStarting: 4, processes: [starting] }, 3],
  ['one that closes is nobody to count on', { idleProcesses: 1, processes: [closing] }, 1],
])('processes to start when %s', ([, change, count]) => {
  expect(startCount(demand(change))).toBe(count);
});

test('the next job goes to the ready process with the fewest jobs', () => {
  expect(nextProcess([ready(2), starting, ready(1), ready(3), closing], 3)).toBe(2);
  expect(nextProcess([ready(3), starting], 3)).toBe(-1);
  expect(nextProcess([], 1)).toBe(-1);
  expect(nextProcess([ready(0, 100), ready(2, 99)], 3)).toBe(1);
});

test('empty processes beyond those kept warm are not needed, unless a job waits', () => {
  expect(superfluous(demand({ jobsPerProcess: 2, idleProcesses: 1, processes: [ready(1), ready(), ready()] }))).toEqual([1, 2]);
  expect(superfluous(demand({ jobsPerProcess: 2, idleProcesses: 2, processes: [ready(2), ready(), ready()] }))).toEqual([]);
  expect(superfluous(demand({ jobsPerProcess: 10, idleProcesses: 1, processes: [ready(0, 99), ready()] }))).toEqual([]);
  expect(superfluous(demand({ processes: [ready()] }))).toEqual([0]);
  expect(superfluous(demand({ waiting: 1, processes: [ready()] }))).toEqual([]);
});

test.for<[string, PooledState, number, boolean]>([
  ['one that is not shared, after its job', ready(0, 1), 1, true],
  ['one that is not shared, in its job', ready(1, 1), 1, false],
  ['a shared one with some jobs behind it', ready(0, 99), 10, false],
  ['a shared one after its 100 jobs', ready(0, 100), 10, true],
  ['a shared one in the last of its 100', ready(1, 100), 10, false],
])('whether a process ends by itself: %s', ([, process, jobsPerProcess, ends]) => {
  expect(isSpent(process, jobsPerProcess)).toBe(ends);
});
