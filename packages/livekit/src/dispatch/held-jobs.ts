import type { JobReport, WorkerEvent } from './worker-message.js';

/** Jobs that were assigned and have not been reported as ended; across connections, for a call goes on when the server is restarted. */
export class HeldJobs {
  /** With what could not be told yet. */
  readonly #jobs = new Map<string, { unsent: { readonly status: JobReport; readonly error: string } | undefined }>();

  has(jobId: string): boolean {
    return this.#jobs.has(jobId);
  }

  add(jobId: string): void {
    this.#jobs.set(jobId, { unsent: undefined });
  }

  /** What to send of it now. While there is no connection it is kept, the last word of each job. */
  report(jobId: string, said: { readonly status: JobReport; readonly error: string }, isConnected: boolean): readonly WorkerEvent[] {
    const job = this.#jobs.get(jobId);
    // It has ended, and was told.
    if (job === undefined || hasEnded(job.unsent)) return [];
    if (!isConnected) {
      job.unsent = said;
      return [];
    }
    if (hasEnded(said)) this.#jobs.delete(jobId);
    return [{ type: 'report', jobId, ...said }];
  }

  /** What to send after a registration: a server that can move jobs learns which ones this worker has, and what has become of them. */
  registered(): readonly WorkerEvent[] {
    if (this.#jobs.size === 0) return [];
    const unsent = [...this.#jobs].flatMap(([jobId, { unsent: said }]): readonly WorkerEvent[] =>
      said === undefined ? [] : [{ type: 'report', jobId, ...said }],
    );
    const jobIds = [...this.#jobs.keys()];
    for (const [jobId, job] of this.#jobs) {
      if (hasEnded(job.unsent)) this.#jobs.delete(jobId);
      job.unsent = undefined;
    }
    return [{ type: 'migrate', jobIds }, ...unsent];
  }
}

const hasEnded = (said: { readonly status: JobReport } | undefined): boolean => said !== undefined && said.status !== 'running';
