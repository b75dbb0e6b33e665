import { readFileSync } from 'node:fs';

/**
 * For how long a thread was ready to run and got no processor, in milliseconds since it began: what a busy machine takes, and nobody's fault.
 * Only Linux tells; elsewhere it is 0, and all time counts.
 *
 * @param task A process, which stands for its main thread, or the thread that asks.
 * @see https://docs.kernel.org/scheduler/sched-stats.html `/proc/<pid>/schedstat`: nanoseconds on a processor, nanoseconds waiting for one.
 */
export function starvedMs(task: number | undefined | 'thread-self' = 'thread-self'): number {
  try {
    const waited = Number(readFileSync(`/proc/${task}/schedstat`, 'utf8').split(' ')[1]);
    return Number.isFinite(waited) ? waited / 1e6 : 0;
  } catch {
    return 0;
  }
}
