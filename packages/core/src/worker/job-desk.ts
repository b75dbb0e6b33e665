import type { JobAssignment, JobDescription } from '../provider/dispatcher.js';
import { isAPIError } from '../provider/api-error.js';
import { withDeadline } from '../stream/deadline.js';
import { type Refusal } from './admission.js';
import { askRequest } from './ask-request.js';
import { errorText } from './error-text.js';
import { afterFailure, type OnJobFailed } from './failed-job.js';
import type { JobHost } from './job-host.js';
import type { JobEnd } from './job-order.js';
import type { Acceptance, Offer } from './job-request.js';
import type { Slots } from './slots.js';
import { AssignmentTimeoutError, assignmentTimeoutMs, isWorkerError } from './worker-error.js';
import type { SettledWorkerOptions } from './worker-options.js';
import type { WorkerCounts } from './worker-status.js';

/** For the server to take back a job, or to end a call. */
const afterFailureTimeoutMs = 10_000;
/** Calls whose job was asked for once more, remembered where the dispatcher does not tell. */
const mostRemembered = 1000;

export interface JobDeskOptions {
  readonly settings: SettledWorkerOptions;
  readonly host: JobHost;
  readonly slots: Slots;
  readonly workerId: () => string | undefined;
  /** Why no job can be taken now. */
  readonly refusal: () => Refusal | undefined;
}

/** Takes each job from its offer to its end. */
export class JobDesk {
  readonly #options: JobDeskOptions;
  readonly #taking = new Set<Promise<void>>();
  readonly #askedAgain = new Set<string>();
  readonly #counts = {
    offersAccepted: 0,
    offersDeclined: 0,
    jobsLost: 0,
    jobsSucceeded: 0,
    jobsFailed: 0,
    jobsCutOff: 0,
    jobsRedispatched: 0,
  };

  constructor(options: JobDeskOptions) {
    this.#options = options;
  }

  get counts(): Omit<WorkerCounts, 'processStartsFailed'> {
    return this.#counts;
  }

  /** Takes what is offered, or leaves it to others. */
  take(offer: Offer): void {
    const taking = this.#take(offer).finally(() => this.#taking.delete(taking));
    this.#taking.add(taking);
  }

  /** Settles once nothing of all that was taken is left to do: the jobs are over, and reported. */
  async settled(): Promise<void> {
    while (this.#taking.size > 0) await Promise.all(this.#taking);
  }

  /** Never rejects. */
  async #take(offer: Offer): Promise<void> {
    const { job } = offer;
    const { slots, settings } = this.#options;
    const why = slots.has(job.id) ? 'it is here already' : this.#options.refusal();
    if (why !== undefined) return this.#decline(offer, { why });
    // From here on the slot is the job's: an offer that comes while this one is asked about finds it taken.
    slots.reserve(job.id, settings.clock.now());
    try {
      await this.#takeReserved(offer);
    } catch (error) {
      this.#counts.jobsLost += 1;
      settings.logger.log('error', 'an accepted job was lost', { jobId: job.id, error: errorText(error) });
    } finally {
      slots.free(job.id);
    }
  }

  async #takeReserved(offer: Offer): Promise<void> {
    const { job, deadlineMs } = offer;
    const { settings, refusal } = this.#options;
    const { request, clock, logger } = settings;
    const answer = await askRequest(request, { job, deadlineMs, clock, logger });
    if (answer.type === 'reject') return this.#decline(offer, { why: 'the application does not want it', isFinal: answer.final });
    // While it was asked the worker may have begun to drain.
    if (refusal() === 'draining') return this.#decline(offer, { why: 'draining' });
    const assignment = await this.#accept(offer, answer.as).catch((error: unknown) => this.#lose(offer, error));
    if (assignment === undefined) return;
    this.#counts.offersAccepted += 1;
    await this.#run(assignment, answer.as.identity);
  }

  /** It was accepted, and is not assigned. */
  async #lose(offer: Offer, error: unknown): Promise<undefined> {
    const { job } = offer;
    this.#counts.jobsLost += 1;
    this.#options.settings.logger.log('error', 'an accepted job was lost', { ...describe(job), error: errorText(error) });
    this.#options.slots.free(job.id);
    // The server has given it up without a word, and asks nobody else. Where the connection was lost it does: a second agent would come.
    if (isWorkerError(error) || (isAPIError(error) && error.kind === 'timeout')) await this.#afterFailure(offer);
  }

  #decline(offer: Offer, { why, isFinal = false }: { readonly why: string; readonly isFinal?: boolean }): void {
    this.#counts.offersDeclined += 1;
    this.#options.settings.logger.log('info', 'an offered job is declined', { jobId: offer.job.id, why });
    offer.reject({ final: isFinal });
  }

  async #accept(offer: Offer, as: Acceptance): Promise<JobAssignment> {
    const { clock } = this.#options.settings;
    const accepting = offer.accept(as);
    const onTimeout = () => {
      // The server may hold it to be ours all the same.
      void accepting.then((late) => this.#onLate(late)).catch(() => {});
      return new AssignmentTimeoutError(offer.job.id);
    };
    return withDeadline(accepting, { clock, timeoutMs: assignmentTimeoutMs, onTimeout });
  }

  async #onLate(assignment: JobAssignment): Promise<void> {
    await this.#onEnd(assignment, {
      outcome: 'failed',
      reason: `it was assigned later than ${assignmentTimeoutMs} ms after its acceptance`,
    });
  }

  async #run(assignment: JobAssignment, identity: string): Promise<void> {
    const { host, settings, slots, workerId } = this.#options;
    const { job, connection, transport } = assignment;
    const { logger } = settings;
    logger.log('info', 'a job was assigned', describe(job));
    const info = { ...job, identity, workerId: workerId() ?? '' };
    const isAskedAgainIfLost = this.#measure(job) === 'redispatch';
    const end = await host.run({ info, connection, transport, isAskedAgainIfLost }, () => assignment.report('running'));
    // Before anybody is told: it may be offered to this worker again at once.
    slots.free(job.id);
    await this.#onEnd(assignment, end);
  }

  async #onEnd(assignment: JobAssignment, { outcome, reason }: JobEnd): Promise<void> {
    const { logger } = this.#options.settings;
    const { level, message, count } = outcomes[outcome];
    logger.log(level, message, { ...describe(assignment.job), reason });
    this.#counts[count] += 1;
    if (outcome === 'succeeded') return assignment.report(outcome);
    assignment.report('failed', reason);
    await this.#afterFailure(assignment);
  }

  async #afterFailure(failed: Offer | JobAssignment): Promise<void> {
    const { job } = failed;
    const { clock, logger } = this.#options.settings;
    const measure = this.#measure(job);
    if (measure === 'leave') return;
    if (measure === 'redispatch') this.#remember(callOf(job));
    const onTimeout = () => new Error(`the server has not answered within ${afterFailureTimeoutMs} ms`);
    try {
      const taking = measure === 'redispatch' ? failed.redispatch?.() : failed.endRoom?.();
      if (taking === undefined) return;
      await withDeadline(taking, { clock, timeoutMs: afterFailureTimeoutMs, onTimeout });
    } catch (error) {
      logger.log('error', `${saying[measure].failed}: the caller is left alone`, { ...describe(job), error: errorText(error) });
      return;
    }
    if (measure === 'redispatch') this.#counts.jobsRedispatched += 1;
    logger.log('warn', saying[measure].done, describe(job));
  }

  #measure(job: JobDescription): OnJobFailed {
    return afterFailure(this.#options.settings.onJobFailed, { job, isAskedAgain: this.#askedAgain.has(callOf(job)) });
  }

  #remember(call: string): void {
    this.#askedAgain.add(call);
    const [oldest] = this.#askedAgain;
    if (this.#askedAgain.size > mostRemembered && oldest !== undefined) this.#askedAgain.delete(oldest);
  }
}

const outcomes = {
  succeeded: { level: 'info', message: 'a job has succeeded', count: 'jobsSucceeded' },
  failed: { level: 'error', message: 'a job has failed', count: 'jobsFailed' },
  'cut-off': { level: 'warn', message: 'a job was cut off', count: 'jobsCutOff' },
} as const;

const saying: Readonly<Record<Exclude<OnJobFailed, 'leave'>, { readonly done: string; readonly failed: string }>> = {
  redispatch: { done: 'the failed job was asked for once more', failed: 'the failed job could not be asked for once more' },
  'end-room': { done: 'the call of the failed job was ended', failed: 'the call of the failed job could not be ended' },
};

const callOf = ({ id, roomName }: JobDescription): string => roomName ?? id;
const describe = ({ id, roomName }: JobDescription) => ({ jobId: id, ...(roomName === undefined ? {} : { room: roomName }) });
