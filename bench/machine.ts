import { cpus, loadavg, totalmem } from 'node:os';

/** What the figures were taken on. */
export interface Machine {
  readonly node: string;
  readonly platform: string;
  readonly cpus: number;
  readonly cpuModel: string;
  readonly memoryGb: number;
}

export function thisMachine(): Machine {
  const cores = cpus();
  return {
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cpus: cores.length,
    cpuModel: cores[0]?.model.trim() ?? 'unknown',
    memoryGb: Math.round(totalmem() / 1e9),
  };
}

/** Processes that wanted a CPU in the last minute, on average: above the number of CPUs, figures are too high. Always 0 on Windows. */
export const loadNow = (): number => Math.round((loadavg()[0] ?? 0) * 100) / 100;
