import type { JobDescription } from '../provider/dispatcher.js';

/** What is done for those left in the call of a job that failed, was cut off or was never assigned. */
export type OnJobFailed =
  /** The job is asked for once more, on any worker; if it fails again, nothing further is done. */
  | 'redispatch'
  /** The call is ended for all. */
  | 'end-room'
  /** Nothing. */
  | 'leave';

/** What to do about a job that failed. A job that was asked for once more already is not asked for again: it would fail without end. */
export const afterFailure = (
  onJobFailed: OnJobFailed,
  { job, isAskedAgain }: { readonly job: JobDescription; readonly isAskedAgain: boolean },
): OnJobFailed => (onJobFailed === 'redispatch' && (isAskedAgain || job.redispatched === true) ? 'leave' : onJobFailed);
