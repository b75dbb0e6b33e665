/** What is known when a job is offered. */
export interface AdmissionState {
  /** Jobs accepted and not ended: a job holds its slot from its acceptance on. */
  readonly jobs: number;
  /** Infinity: only the load limits. */
  readonly maxJobs: number;
  /** 0 to 1, with what was accepted lately counted in: see `expectedLoad`. */
  readonly load: number;
  /** Infinity: only `maxJobs` limits. */
  readonly loadThreshold: number;
  readonly isDraining: boolean;
  /** Whether processes can be started. */
  readonly isAble: boolean;
}

export type Refusal = 'draining' | 'no process can be started' | 'all slots are taken' | 'the load is at its limit';

/** Why no further job can be taken, or nothing if one can. */
export function refusal({ jobs, maxJobs, load, loadThreshold, isDraining, isAble }: AdmissionState): Refusal | undefined {
  if (isDraining) return 'draining';
  if (!isAble) return 'no process can be started';
  if (jobs >= maxJobs) return 'all slots are taken';
  return load >= loadThreshold ? 'the load is at its limit' : undefined;
}

/** Of a job of which nothing was measured yet, as a share of the machine, where no job runs to compare it with. */
const firstGuess = 0.05;

/**
 * The load to reckon with: what was measured, and a share for each job that was accepted since, whose work does not show yet. Else a burst
 * of offers would all be taken at the load that was before the first of them.
 *
 * @param measured 0 to 1.
 * @param settledJobs Jobs that ran all the time it was measured.
 * @param youngJobs Jobs accepted meanwhile or after.
 */
export function expectedLoad({
  measured,
  settledJobs,
  youngJobs,
}: {
  readonly measured: number;
  readonly settledJobs: number;
  readonly youngJobs: number;
}): number {
  const perJob = settledJobs === 0 ? firstGuess : measured / settledJobs;
  return Math.min(1, measured + youngJobs * perJob);
}
