import { createDeferred, type Deferred } from '../stream/deferred.js';
import type { HostStatus, JobHost } from './job-host.js';
import type { JobEnd, JobOrder } from './job-order.js';
import { isSpent, nextProcess, type PoolDemand, startCount, superfluous } from './plan-pool.js';
import { PooledProcess, type PooledProcessOptions } from './pooled-process.js';
import { mostStartFailures, startBackOffMs } from './start-back-off.js';

export interface ProcessPoolOptions extends PooledProcessOptions {
  readonly jobsPerProcess: number;
  readonly idleProcesses: number;
  /** Infinity: no limit. */
  readonly maxJobs: number;
  readonly mostStarting: number;
}

interface WaitingJob {
  readonly order: JobOrder;
  readonly onRunning: () => void;
  readonly ended: Deferred<JobEnd>;
  failedStarts: number;
}

/**
 * Processes kept warm for jobs to come. With one job per process each job has a process of its own, which ends with it; else processes are
 * shared, and kept for a hundred jobs. A process that ends by itself takes only its own jobs with it.
 */
export class ProcessPool implements JobHost {
  readonly #options: ProcessPoolOptions;
  #processes: readonly PooledProcess[] = [];
  #waiting: readonly WaitingJob[] = [];
  #failuresInRow = 0;
  #failedStarts = 0;
  #cancelBackOff: (() => void) | undefined;
  #isClosed = false;

  constructor(options: ProcessPoolOptions) {
    this.#options = options;
  }

  get status(): HostStatus {
    const count = (fits: (one: PooledProcess) => boolean) => this.#processes.filter(fits).length;
    return {
      // With none kept warm nothing but a job would ever show that starting works again.
      isAble: this.#failuresInRow < mostStartFailures || this.#options.idleProcesses === 0,
      processes: {
        starting: count(({ state }) => state === 'starting'),
        idle: count(({ state, jobs }) => state === 'ready' && jobs === 0),
        busy: count(({ state, jobs }) => state === 'ready' && jobs > 0),
        closing: count(({ state }) => state === 'closing'),
      },
      usedMb: this.#processes.reduce((total, { usedMb }) => total + usedMb, 0),
      failedStarts: this.#failedStarts,
    };
  }

  start(): void {
    this.#plan();
  }

  run(order: JobOrder, onRunning: () => void): Promise<JobEnd> {
    const job: WaitingJob = { order, onRunning, ended: createDeferred(), failedStarts: 0 };
    if (this.#isClosed) job.ended.resolve({ outcome: 'failed', reason: 'the worker is closed' });
    else this.#waiting = [...this.#waiting, job];
    this.#plan();
    return job.ended.promise;
  }

  terminate(jobId: string): void {
    const waiting = this.#waiting.find(({ order }) => order.info.id === jobId);
    this.#waiting = this.#waiting.filter((job) => job !== waiting);
    waiting?.ended.resolve({ outcome: 'succeeded', reason: 'terminated by the server before it began' });
    this.#processes.find((one) => one.has(jobId))?.terminate(jobId);
  }

  async close(reason: string): Promise<void> {
    this.#isClosed = true;
    this.#cancelBackOff?.();
    this.#cancelBackOff = undefined;
    for (const { ended } of this.#waiting) ended.resolve({ outcome: 'failed', reason });
    this.#waiting = [];
    for (const one of this.#processes) one.shutdown(reason);
    await Promise.all(this.#processes.map((one) => one.gone));
  }

  get #demand(): PoolDemand {
    const { jobsPerProcess, idleProcesses, maxJobs, mostStarting } = this.#options;
    return { processes: this.#processes, waiting: this.#waiting.length, jobsPerProcess, idleProcesses, maxJobs, mostStarting };
  }

  /** Gives jobs to processes that have room, and sees to it that there are as many processes as are wanted. */
  #plan(): void {
    this.#processes = this.#processes.filter((one) => !one.isGone);
    if (this.#isClosed) return;
    this.#endUsed();
    this.#assign();
    for (const index of superfluous(this.#demand)) this.#processes[index]?.shutdown('it is not needed any more');
    if (this.#cancelBackOff !== undefined) return;
    for (let count = startCount(this.#demand); count > 0; count -= 1) this.#startOne();
  }

  #endUsed(): void {
    for (const one of this.#processes) if (isSpent(one, this.#options.jobsPerProcess)) one.shutdown('its jobs are over');
  }

  #assign(): void {
    while (this.#waiting.length > 0) {
      const process = this.#processes[nextProcess(this.#processes, this.#options.jobsPerProcess)];
      const [job] = this.#waiting;
      if (process === undefined || job === undefined) return;
      this.#waiting = this.#waiting.slice(1);
      process.run(job.order, job);
    }
  }

  #startOne(): void {
    const process = new PooledProcess(this.#options, {
      onChange: () => {
        if (process.state === 'ready') this.#failuresInRow = 0;
        this.#plan();
      },
      onStartFailed: (reason) => this.#onStartFailed(reason),
    });
    this.#processes = [...this.#processes, process];
  }

  #onStartFailed(reason: string): void {
    if (this.#isClosed) return;
    this.#failuresInRow += 1;
    this.#failedStarts += 1;
    const { clock, logger } = this.#options;
    const waitMs = startBackOffMs(this.#failuresInRow);
    logger.log('error', `a job process could not be started; the next start is tried in ${waitMs} ms`, {
      reason,
      inARow: this.#failuresInRow,
    });
    for (const job of this.#waiting) job.failedStarts += 1;
    const lost = this.#waiting.filter(({ failedStarts }) => failedStarts >= mostStartFailures);
    this.#waiting = this.#waiting.filter((job) => !lost.includes(job));
    for (const { ended } of lost) ended.resolve({ outcome: 'failed', reason: 'no process became available' });
    this.#cancelBackOff?.();
    this.#cancelBackOff = clock.after(waitMs, () => {
      this.#cancelBackOff = undefined;
      this.#plan();
    });
  }
}
