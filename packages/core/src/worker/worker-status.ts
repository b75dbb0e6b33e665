import type { ProcessCounts } from './job-host.js';

export type WorkerState = 'new' | 'running' | 'draining' | 'closed';

/** A worker as it stands: what `/worker` tells. */
export interface WorkerStatus {
  readonly state: WorkerState;
  /** As the dispatcher's server knows it; undefined while it is not registered. */
  readonly workerId: string | undefined;
  /** Registered, and would take a job now. */
  readonly isAccepting: boolean;
  /** Why it would not. */
  readonly refusal: string | undefined;
  /** Accepted and not ended. */
  readonly activeJobs: number;
  /** 0 to 1. */
  readonly load: number;
  readonly processes: ProcessCounts;
  /** Resident memory of the job processes together. */
  readonly processMemoryMb: number;
  readonly counts: WorkerCounts;
}

/** Since the worker runs. */
export interface WorkerCounts {
  readonly offersAccepted: number;
  readonly offersDeclined: number;
  /** Accepted, and never assigned. */
  readonly jobsLost: number;
  readonly jobsSucceeded: number;
  readonly jobsFailed: number;
  /** Ended by the worker's close, while their calls went on. */
  readonly jobsCutOff: number;
  readonly jobsRedispatched: number;
  readonly processStartsFailed: number;
}
