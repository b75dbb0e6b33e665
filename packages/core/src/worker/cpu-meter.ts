import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import type { Clock } from '../provider/clock.js';
import { type CpuFiles, type CpuSample, cpuLoadBetween, readCpu } from './cpu-load.js';

const sampleEveryMs = 500;
/** The load is that of the last 2.5 s. Until so much has been measured, what is missing counts as idle: processes are started at first. */
const windowMs = 2500;
const samplesKept = windowMs / sampleEveryMs + 1;

export interface CpuMeter extends Disposable {
  /** 0 to 1. */
  readonly load: number;
  /** Since when it has been measured, on the clock. */
  readonly sinceMs: number;
}

/** Measures the CPU load until it is disposed of. */
export function startCpuMeter(clock: Clock, files: CpuFiles = machineFiles): CpuMeter {
  const samples: { readonly atMs: number; readonly sample: CpuSample }[] = [];
  let cancel = () => {};
  const take = () => {
    samples.push({ atMs: clock.now(), sample: readCpu(files) });
    if (samples.length > samplesKept) samples.shift();
    cancel = clock.after(sampleEveryMs, take);
  };
  take();
  return {
    get load() {
      const [first] = samples;
      const last = samples.at(-1);
      return first === undefined || last === undefined
        ? 0
        : cpuLoadBetween(first.sample, last.sample, Math.max(windowMs, last.atMs - first.atMs));
    },
    get sinceMs() {
      return samples[0]?.atMs ?? clock.now();
    },
    [Symbol.dispose]: () => cancel(),
  };
}

/** Files of the kernel's own, which are never waited for. */
const machineFiles: CpuFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  },
  get numCpus() {
    return process.env['NUM_CPUS'];
  },
  machine() {
    const all = cpus();
    const busyMs = all.reduce((total, { times }) => total + times.user + times.nice + times.sys + times.irq, 0);
    return { busyMs, cores: all.length };
  },
};

/** Whole cores that this process has, at least 1. */
export const cpuCores = (files: CpuFiles = machineFiles): number => Math.max(1, Math.floor(readCpu(files).cores));
