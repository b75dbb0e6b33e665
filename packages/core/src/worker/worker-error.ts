const brand = Symbol.for('parley.error.worker');

/**
 * - `assignment-timeout`: an offer was accepted and nothing was assigned.
 * - `participant-timeout`: who was waited for did not come.
 * - `not-connected`: something was asked of a job that has not joined its call, or has left it.
 * - `no-process`: no process could be started for a job.
 * - `agent`: the agent's module cannot be loaded, or exports no agent.
 * - `transport`: the transport's module cannot be loaded, or exports none.
 * - `port`: the health server cannot listen.
 * - `state`: what was asked for does not fit the state the worker is in.
 */
export type WorkerErrorCode =
  | 'assignment-timeout'
  | 'participant-timeout'
  | 'not-connected'
  | 'no-process'
  | 'agent'
  | 'transport'
  | 'port'
  | 'state';

/** Something about a worker or a job failed. Tell cases apart by `code`, never by the message. */
export class WorkerError extends Error {
  override readonly name: string = 'WorkerError';
  readonly [brand] = true;
  readonly code: WorkerErrorCode;

  constructor(code: WorkerErrorCode, message: string, options: { readonly cause?: unknown } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** Holds for errors of another installed copy too, where `instanceof` would not. */
export const isWorkerError = (error: unknown): error is WorkerError => error instanceof Error && brand in error;

/** From an offer's acceptance to its assignment. The reference workers of LiveKit wait as long. */
export const assignmentTimeoutMs = 7500;

/** A job was accepted and not assigned within 7,500 ms. */
export class AssignmentTimeoutError extends WorkerError {
  override readonly name = 'AssignmentTimeoutError';
  readonly jobId: string;

  constructor(jobId: string) {
    super('assignment-timeout', `job ${jobId} was accepted, and not assigned within ${assignmentTimeoutMs} ms`);
    this.jobId = jobId;
  }
}
