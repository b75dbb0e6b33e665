import { expect, test } from 'vitest';
import { VirtualClock } from '../time/virtual-clock.js';
import { type CpuFiles, cpuLoadBetween, readCpu } from './cpu-load.js';
import { cpuCores, startCpuMeter } from './cpu-meter.js';

const machine = () => ({ busyMs: 5000, cores: 8 });
const filesOf = (files: Readonly<Record<string, string>>, numCpus?: string): CpuFiles => ({
  read: (path) => files[path],
  numCpus,
  machine,
});

const version2 = { '/sys/fs/cgroup/cpu.max': '150000 100000\n', '/sys/fs/cgroup/cpu.stat': 'usage_usec 2500000\nuser_usec 2000000\n' };
const version1 = {
  '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '200000\n',
  '/sys/fs/cgroup/cpu/cpu.cfs_period_us': '100000\n',
  '/sys/fs/cgroup/cpuacct/cpuacct.usage': '3000000000\n',
};

test.for([
  ['cgroup v2 with a limit', filesOf(version2), { source: 'cgroup-v2', usedMs: 2500, cores: 1.5 }],
  [
    'cgroup v2 without a limit',
    filesOf({ ...version2, '/sys/fs/cgroup/cpu.max': 'max 100000\n' }),
    { source: 'machine', usedMs: 5000, cores: 8 },
  ],
  ['cgroup v1 with a limit', filesOf(version1), { source: 'cgroup-v1', usedMs: 3000, cores: 2 }],
  [
    'cgroup v1 without a limit',
    filesOf({ ...version1, '/sys/fs/cgroup/cpu/cpu.cfs_quota_us': '-1\n' }),
    { source: 'machine', usedMs: 5000, cores: 8 },
  ],
  ['no container', filesOf({}), { source: 'machine', usedMs: 5000, cores: 8 }],
  ['what cannot be read', filesOf({ '/sys/fs/cgroup/cpu.max': 'what?' }), { source: 'machine', usedMs: 5000, cores: 8 }],
  ['NUM_CPUS', filesOf(version2, '4'), { source: 'cgroup-v2', usedMs: 2500, cores: 4 }],
  ['a NUM_CPUS that is no number', filesOf(version2, 'many'), { source: 'cgroup-v2', usedMs: 2500, cores: 1.5 }],
] as const)('CPU time and cores are those of %s', ([, files, sample]) => {
  expect(readCpu(files)).toEqual(sample);
});

test('the load is the share of the cores used between two samples', () => {
  const at = (usedMs: number, source: 'machine' | 'cgroup-v2' = 'machine') => ({ source, usedMs, cores: 2 });
  expect(cpuLoadBetween(at(0), at(1500), 1000)).toBe(0.75);
  expect(cpuLoadBetween(at(0), at(9999), 1000)).toBe(1);
  expect(cpuLoadBetween(at(500), at(0), 1000)).toBe(0);
  expect(cpuLoadBetween(at(0), at(500), 0)).toBe(0);
  expect(cpuLoadBetween(at(0), at(500, 'cgroup-v2'), 1000)).toBe(0);
});

test('the meter tells the load of the last 2.5 s, what was not measured yet counted as idle, until it is disposed of', async () => {
  const clock = new VirtualClock();
  let busyMs = 0;
  const files: CpuFiles = { read: () => undefined, numCpus: undefined, machine: () => ({ busyMs, cores: 2 }) };
  const meter = startCpuMeter(clock, files);
  expect(meter.load).toBe(0);
  const work = async (durationMs: number, cores: number) => {
    for (let passedMs = 0; passedMs < durationMs; passedMs += 100) {
      busyMs += 100 * cores;
      await clock.advance(100);
    }
  };
  await work(500, 2);
  expect(meter.load).toBeCloseTo(0.2);
  await work(2000, 2);
  expect(meter.load).toBeCloseTo(1);
  await work(2500, 1);
  expect(meter.load).toBeCloseTo(0.5);
  expect(meter.sinceMs).toBe(2500);
  meter[Symbol.dispose]();
  expect(clock.pendingTimers).toBe(0);
});

test('there is at least one core', () => {
  expect(cpuCores(filesOf({ ...version2, '/sys/fs/cgroup/cpu.max': '50000 100000' }))).toBe(1);
  expect(cpuCores(filesOf(version2, '3'))).toBe(3);
  expect(cpuCores()).toBeGreaterThanOrEqual(1);
});
