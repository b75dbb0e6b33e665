import type { JobEnd, JobOrder } from './job-order.js';

/** How many processes there are. */
export interface ProcessCounts {
  readonly starting: number;
  /** With no job. */
  readonly idle: number;
  readonly busy: number;
  readonly closing: number;
}

export interface HostStatus {
  /** False while processes cannot be started: then no job is taken. */
  readonly isAble: boolean;
  readonly processes: ProcessCounts;
  /** Resident memory of all of them, as last told. */
  readonly usedMb: number;
  /** Starts that failed, since the worker runs. */
  readonly failedStarts: number;
}

/** Where a worker's jobs run: in processes of their own, or in its own. */
export interface JobHost {
  readonly status: HostStatus;
  start(): void;
  /** Runs a job. Its end always comes, and is never a rejection. */
  run(order: JobOrder, onRunning: () => void): Promise<JobEnd>;
  /** The server wants the job over. */
  terminate(jobId: string): void;
  /** Ends all jobs in order within `shutdownTimeoutMs`, then all processes. */
  close(reason: string): Promise<void>;
}
