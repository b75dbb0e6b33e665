import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Worker } from 'node:worker_threads';
import type { Clock } from '../provider/clock.js';
import { realClock } from '../time/real-clock.js';
import { sleep } from '../stream/sleep.js';

export interface LeakCheck extends Disposable {
  /**
   * Waits until all that was opened since is closed again: what is closing takes a few turns of the event loop.
   *
   * @throws {Error} Something is still open after `settleMs` (3,000 by default); lists what.
   */
  assertNothingOpen(options?: { readonly settleMs?: number; readonly clock?: Clock }): Promise<void>;
}

/** Failures of the process itself: whoever listens to them must also stop to. */
const processEvents = ['SIGINT', 'SIGTERM', 'uncaughtException', 'unhandledRejection'];
const pauseMs = 10;

/**
 * Watches what this process opens from now on: timers, sockets, files being read, worker threads, child processes, listeners of the
 * process. For a test that wants to be sure that what it closed is closed:
 *
 * ```ts
 * using leaks = createLeakCheck();
 * await callAndHangUp();
 * await leaks.assertNothingOpen();
 * ```
 */
export function createLeakCheck(): LeakCheck {
  const workers = new Set<Worker>();
  const children = new Set<ChildProcess>();
  const onWorker = (worker: Worker) => void workers.add(worker);
  const onChild = (message: unknown) => {
    if (hasProcess(message)) children.add(message.process);
  };
  process.on('worker', onWorker);
  subscribe('child_process', onChild);
  const observe = (): string[] => [
    ...process.getActiveResourcesInfo(),
    ...[...workers].filter((worker) => worker.threadId !== -1).map((worker) => `worker thread ${worker.threadId}`),
    ...[...children].filter((child) => child.exitCode === null && child.signalCode === null).map((child) => `child process ${child.pid}`),
    ...processEvents.flatMap((name) => Array.from({ length: process.listenerCount(name) }, () => `listener of the process: ${name}`)),
  ];
  const before = observe();
  return {
    async assertNothingOpen({ settleMs = 3000, clock = realClock } = {}) {
      const deadlineMs = clock.now() + settleMs;
      for (;;) {
        await sleep(pauseMs, { clock });
        const left = added(before, observe());
        if (left.length === 0) return;
        if (clock.now() > deadlineMs) throw new Error(`still open ${settleMs} ms after the end:\n- ${left.join('\n- ')}`);
      }
    },
    [Symbol.dispose]() {
      process.off('worker', onWorker);
      unsubscribe('child_process', onChild);
    },
  };
}

/** Entries of `now` beyond those of `before`, counted: two timers where there was one leave one. */
function added(before: readonly string[], now: readonly string[]): string[] {
  const rest = [...before];
  return now.filter((entry) => {
    const index = rest.indexOf(entry);
    if (index >= 0) rest.splice(index, 1);
    return index < 0;
  });
}

const hasProcess = (message: unknown): message is { readonly process: ChildProcess } =>
  typeof message === 'object' && message !== null && 'process' in message;
