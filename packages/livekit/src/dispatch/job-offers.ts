import {
  APIConnectionError,
  APIError,
  APITimeoutError,
  type Clock,
  type DispatcherEvent,
  type JobAssignment,
  type JobDescription,
} from '@parley/core/provider';
import { AbortError, createDeferred, type Deferred } from '@parley/core/provider-kit';
import { provider } from './server-account.js';
import type { OfferAnswer, WorkerEvent } from './worker-message.js';

export type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;
type AcceptedAs = Parameters<Offer['accept']>[0];

/** The server gives up 3 s after the dispatch, of which some 0.2 s are gone when the offer arrives (1.9.12). */
const offerMs = 2500;
/** From acceptance to assignment. The server does it within a few milliseconds, or never and without a word. */
const assignmentMs = 7500;

/** What the server has assigned. */
export interface Assigned {
  readonly url: string | undefined;
  /** Secret. */
  readonly token: string;
}

/** A job that is the worker's now. */
export interface TakenJob extends Assigned {
  readonly job: JobDescription;
  /** Of the agent in the room. */
  readonly identity: string;
}

export interface JobOffersOptions {
  readonly clock: Clock;
  /** On the connection there is now. */
  readonly send: (event: WorkerEvent) => void;
  /** Of the worker's registration; empty: none. */
  readonly agentName: string;
  /** The assignment that the worker is given. */
  readonly assignment: (taken: TakenJob) => Promise<JobAssignment>;
  /** What can be done about a job that was accepted, and then never assigned. */
  readonly remedies: (job: JobDescription) => Pick<JobAssignment, 'redispatch' | 'endRoom'>;
}

/** An offer, from when it came until it was answered and, if accepted, assigned. */
interface OpenOffer {
  readonly deadlineMs: number;
  state: 'open' | 'accepted' | { readonly error: Error };
  readonly assigned: Deferred<Assigned>;
}

const invalid = (message: string): APIError => new APIError(message, { kind: 'invalid-request', provider, retryable: false });

/**
 * Offers of one connection after the other, each answered once. Knows no socket: what it is told and what it sends are messages.
 *
 * A job id stands for one offer at a time. What comes for it again meanwhile is the server repeating itself.
 */
export class JobOffers {
  readonly #options: JobOffersOptions;
  readonly #offers = new Map<string, OpenOffer>();

  constructor(options: JobOffersOptions) {
    this.#options = options;
  }

  /** Whether the job is under way here: offered, or accepted and not assigned yet. */
  has(jobId: string): boolean {
    this.#forgetLate();
    return this.#offers.has(jobId);
  }

  /** The offer as the worker gets it. */
  offered(job: JobDescription): Offer {
    const deadlineMs = this.#options.clock.now() + offerMs;
    const offer: OpenOffer = { deadlineMs, state: 'open', assigned: createDeferred() };
    // Whoever accepts observes it; if nobody does, its failure is nobody's.
    offer.assigned.promise.catch(() => {});
    this.#offers.set(job.id, offer);
    return {
      type: 'offer',
      job,
      deadlineMs,
      accept: (as) => this.#accept(job, offer, as),
      reject: (how) => this.#reject(job, offer, how?.final ?? false),
      ...this.#options.remedies(job),
    };
  }

  /** @returns Whether anybody waits for it. */
  assigned(jobId: string, assigned: Assigned): boolean {
    const offer = this.#offers.get(jobId);
    if (offer?.state !== 'accepted') return false;
    offer.assigned.resolve(assigned);
    return true;
  }

  terminated(jobId: string): void {
    const offer = this.#offers.get(jobId);
    if (offer === undefined) return;
    this.#fail(jobId, offer, new APIError(`the server took job ${jobId} back`, { kind: 'expired', provider, retryable: false }));
  }

  /** The connection is gone: the server offers what was open to others. */
  lost(): void {
    this.#failAll(
      (jobId) => new APIConnectionError(`the connection was lost before job ${jobId} was assigned`, { provider, retryable: false }),
    );
  }

  ended(): void {
    this.#failAll(() => new AbortError('the worker has ended'));
  }

  #forgetLate(): void {
    const nowMs = this.#options.clock.now();
    for (const [jobId, { state, deadlineMs }] of this.#offers) if (state === 'open' && deadlineMs <= nowMs) this.#offers.delete(jobId);
  }

  #failAll(error: (jobId: string) => Error): void {
    for (const [jobId, offer] of this.#offers) this.#fail(jobId, offer, error(jobId));
  }

  #fail(jobId: string, offer: OpenOffer, error: Error): void {
    offer.state = { error };
    offer.assigned.reject(error);
    this.#forget(jobId, offer);
  }

  /** The same id may have been offered anew since. */
  #forget(jobId: string, offer: OpenOffer): void {
    if (this.#offers.get(jobId) === offer) this.#offers.delete(jobId);
  }

  async #accept(job: JobDescription, offer: OpenOffer, as: AcceptedAs): Promise<JobAssignment> {
    const { clock, send, agentName, assignment } = this.#options;
    if (offer.state === 'accepted') throw invalid(`the offer of job ${job.id} was answered already`);
    if (offer.state !== 'open') throw offer.state.error;
    if (clock.now() >= offer.deadlineMs) throw this.#late(job, offer);
    offer.state = 'accepted';
    const answer = acceptance(job, as, agentName);
    send({ type: 'answer', jobId: job.id, answer });
    const cancel = clock.after(assignmentMs, () => {
      const message = `job ${job.id} was accepted, and not assigned within ${assignmentMs} ms: the server gave it up without a word`;
      this.#fail(job.id, offer, new APITimeoutError(message, { provider, retryable: false }));
    });
    try {
      return await assignment({ job, identity: answer.identity, ...(await offer.assigned.promise) });
    } finally {
      cancel();
      offer.state = { error: invalid(`the offer of job ${job.id} was answered already`) };
      this.#forget(job.id, offer);
    }
  }

  #late(job: JobDescription, offer: OpenOffer): Error {
    const error = new APITimeoutError(`the offer of job ${job.id} was to be answered within ${offerMs} ms, and is lost`, {
      provider,
      retryable: false,
    });
    this.#fail(job.id, offer, error);
    return error;
  }

  /** Also late: the server ignores it then, or has just the time to ask the next worker. */
  #reject(job: JobDescription, offer: OpenOffer, final: boolean): void {
    if (offer.state !== 'open') return;
    this.#fail(job.id, offer, invalid(`the offer of job ${job.id} was rejected already`));
    this.#options.send({ type: 'answer', jobId: job.id, answer: { type: 'reject', final } });
  }
}

/** What LiveKit's clients read the agent's name from; the server itself writes another, `lk.agent_name`. */
const agentNameAttribute = 'lk.agent.name';

function acceptance(
  job: JobDescription,
  { identity, name, metadata, attributes }: AcceptedAs,
  agentName: string,
): OfferAnswer & { readonly type: 'accept' } {
  return {
    type: 'accept',
    // Not a name of the agent's: two jobs in one room would put each other out.
    identity: identity.trim() === '' ? `agent-${job.id}` : identity,
    name: name ?? '',
    metadata: metadata ?? '',
    attributes: { ...(agentName === '' ? {} : { [agentNameAttribute]: agentName }), ...attributes },
  };
}
