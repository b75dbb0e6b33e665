import { type ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { readdirSync, readlinkSync, statSync } from 'node:fs';
import { type Worker } from 'node:worker_threads';

/** What a process holds open at one moment, as lines a person can read; a line stands once for each such thing. */
export type OpenThings = readonly string[];

/** Signals and failures of the process itself: whoever listens to them must also stop to. */
const processEvents = ['SIGINT', 'SIGTERM', 'SIGHUP', 'uncaughtException', 'unhandledRejection'];

/**
 * Watches what this process opens, from now on. Node tells by itself only what keeps the process alive; a worker, a child or a file
 * that is left behind without doing so counts here too.
 */
export function watchOpenThings(): () => OpenThings {
  // Node opens these two at their first use, which must not look like a leak of whoever was first.
  void process.stdout.writable;
  void process.stderr.writable;
  const workers = new Set<Worker>();
  const children = new Set<ChildProcess>();
  const warnings: string[] = [];
  process.on('worker', (worker) => workers.add(worker));
  subscribe('child_process', (message) => {
    if (hasProcess(message)) children.add(message.process);
  });
  process.on('warning', (warning) => {
    if (warning.name === 'MaxListenersExceededWarning') warnings.push(`listeners: ${warning.message}`);
  });
  return () => [
    ...process.getActiveResourcesInfo().map((type) => `resource: ${type}`),
    ...[...workers].filter((worker) => worker.threadId !== -1).map((worker) => `worker thread: number ${worker.threadId}`),
    ...[...children].filter(isRunning).map((child) => `child process: ${child.spawnargs.join(' ').slice(0, 200)}`),
    ...openFiles(),
    ...processEvents.flatMap((name) => Array.from({ length: process.listenerCount(name) }, () => `listener of the process: ${name}`)),
    ...warnings,
  ];
}

/** Lines of `now` that `before` lacks, counted: two timers where there was one leave one line. */
export function leftBehind(before: OpenThings, now: OpenThings): OpenThings {
  const known = new Map<string, number>();
  for (const line of before) known.set(line, (known.get(line) ?? 0) + 1);
  return now.filter((line) => {
    const count = known.get(line) ?? 0;
    if (count > 0) known.set(line, count - 1);
    return count === 0;
  });
}

const hasProcess = (message: unknown): message is { readonly process: ChildProcess } =>
  typeof message === 'object' && message !== null && 'process' in message;

const isRunning = (child: ChildProcess): boolean => child.pid !== undefined && child.exitCode === null && child.signalCode === null;

/** Regular files that are open, where the system tells (Linux). */
function openFiles(): string[] {
  const folder = '/proc/self/fd';
  try {
    return readdirSync(folder).flatMap((descriptor) => {
      try {
        return statSync(`${folder}/${descriptor}`).isFile() ? [`file: ${readlinkSync(`${folder}/${descriptor}`)}`] : [];
      } catch {
        // Closed between listing and asking, as the one that lists is.
        return [];
      }
    });
  } catch {
    return [];
  }
}
