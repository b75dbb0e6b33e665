import type { WorkerOptions } from '@parley/core/worker';
import type { Arguments, Flag } from './read-arguments.js';
import { UsageError } from './usage-error.js';

type OnJobFailed = NonNullable<WorkerOptions['onJobFailed']>;
const measures: readonly OnJobFailed[] = ['redispatch', 'end-room', 'leave'];

/** What an operator sets of a worker; undefined what was not given, null what was turned off. @throws {UsageError} A value cannot be. */
export function workerFlags(flags: Arguments['flags']): { readonly [Name in keyof WorkerOptions]?: WorkerOptions[Name] | undefined } {
  const whole = (flag: Flag) => readWhole(flag, flags[flag]);
  const wholeOrOff = (flag: Flag) => (flags[flag] === 'off' ? null : whole(flag));
  return {
    host: flags.host,
    port: wholeOrOff('port'),
    maxJobs: whole('max-jobs'),
    jobsPerProcess: whole('jobs-per-process'),
    idleProcesses: whole('idle-processes'),
    loadThreshold: readShare('load-threshold', flags['load-threshold']),
    initializeTimeoutMs: whole('initialize-timeout-ms'),
    shutdownTimeoutMs: whole('shutdown-timeout-ms'),
    drainTimeoutMs: whole('drain-timeout-ms'),
    memoryWarnMb: wholeOrOff('memory-warn-mb'),
    memoryLimitMb: wholeOrOff('memory-limit-mb'),
    onJobFailed: readMeasure('on-job-failed', flags['on-job-failed']),
  };
}

/** @throws {UsageError} It is none. */
export function readWhole(flag: Flag, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UsageError(`--${flag} is a whole number from 0 on, not ${JSON.stringify(text)}`);
}

function readShare(flag: Flag, text: string | undefined): number | null | undefined {
  if (text === undefined) return undefined;
  if (text === 'off') return null;
  const share = /^\d?\.?\d{1,9}$/.test(text) ? Number(text) : 0;
  if (share > 0 && share <= 1) return share;
  throw new UsageError(`--${flag} is more than 0 and at most 1, or off, not ${JSON.stringify(text)}`);
}

function readMeasure(flag: Flag, text: string | undefined): OnJobFailed | undefined {
  const measure = measures.find((known) => known === text);
  if (text === undefined || measure !== undefined) return measure;
  throw new UsageError(`--${flag} is one of ${measures.join(', ')}, not ${JSON.stringify(text)}`);
}
