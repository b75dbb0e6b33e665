/** Where a process's share of the machine is told. */
export interface CpuFiles {
  /** Text of a file, or undefined if there is none. */
  readonly read: (path: string) => string | undefined;
  readonly numCpus: string | undefined;
  /** Of the whole machine, in milliseconds since it started. */
  readonly machine: () => { readonly busyMs: number; readonly cores: number };
}

/** CPU time used so far by all that shares the limit, and how many cores that limit is. */
export interface CpuSample {
  readonly source: 'cgroup-v2' | 'cgroup-v1' | 'machine';
  readonly usedMs: number;
  readonly cores: number;
}

/**
 * CPU time and the limit on it: of the container by cgroup v2 or v1 if it has a limit, else of the machine, which a container without a limit
 * shares with others. `NUM_CPUS` says how many cores there are where neither knows.
 *
 * @see https://docs.kernel.org/admin-guide/cgroup-v2.html for `cpu.max` and `cpu.stat`; `cpu.cfs_quota_us` and `cpuacct.usage` of version 1.
 */
export function readCpu(files: CpuFiles): CpuSample {
  const given = readCores(files.numCpus);
  const sample = readCgroup2(files) ?? readCgroup1(files) ?? readMachine(files);
  return given === undefined ? sample : { ...sample, cores: given };
}

/** 0 to 1: the share of its cores that was used between two samples; 0 if no time has passed between them, or they cannot be compared. */
export function cpuLoadBetween(earlier: CpuSample, later: CpuSample, passedMs: number): number {
  if (passedMs <= 0 || earlier.source !== later.source || later.cores <= 0) return 0;
  return Math.min(1, Math.max(0, (later.usedMs - earlier.usedMs) / (passedMs * later.cores)));
}

function readCores(text: string | undefined): number | undefined {
  const cores = Number(text ?? Number.NaN);
  return cores > 0 && Number.isFinite(cores) ? cores : undefined;
}

function readCgroup2({ read }: CpuFiles): CpuSample | undefined {
  // "max 100000" or "150000 100000": microseconds of CPU time per period.
  const [quota, period] = (read('/sys/fs/cgroup/cpu.max') ?? '').trim().split(/\s+/).map(Number);
  const usedUs = Number(/^usage_usec (\d+)/m.exec(read('/sys/fs/cgroup/cpu.stat') ?? '')?.[1] ?? Number.NaN);
  return limited({ source: 'cgroup-v2', usedMs: usedUs / 1000, quota, period });
}

function readCgroup1({ read }: CpuFiles): CpuSample | undefined {
  const numberOf = (path: string) => Number(read(`/sys/fs/cgroup/${path}`)?.trim() ?? Number.NaN);
  const usedNs = numberOf('cpuacct/cpuacct.usage');
  return limited({
    source: 'cgroup-v1',
    usedMs: usedNs / 1_000_000,
    // -1: no limit.
    quota: numberOf('cpu/cpu.cfs_quota_us'),
    period: numberOf('cpu/cpu.cfs_period_us'),
  });
}

function limited({
  source,
  usedMs,
  quota = Number.NaN,
  period = Number.NaN,
}: {
  readonly source: CpuSample['source'];
  readonly usedMs: number;
  readonly quota: number | undefined;
  readonly period: number | undefined;
}): CpuSample | undefined {
  return quota > 0 && period > 0 && Number.isFinite(usedMs) ? { source, usedMs, cores: quota / period } : undefined;
}

function readMachine({ machine }: CpuFiles): CpuSample {
  const { busyMs, cores } = machine();
  return { source: 'machine', usedMs: busyMs, cores };
}
