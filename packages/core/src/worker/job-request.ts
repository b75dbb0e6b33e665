import { checkGiven, optionChecks } from '../agent/check-options.js';
import type { DispatcherEvent, JobDescription } from '../provider/dispatcher.js';
import { WorkerError } from './worker-error.js';

/** A job that is offered, for the option `request` to accept or reject. */
export interface JobRequest {
  readonly job: JobDescription;
  /**
   * Takes the job.
   *
   * @throws {TypeError} The identity is empty, or something is of a wrong type.
   * @throws {WorkerError} code `state`: it was answered already.
   */
  accept(as?: AcceptAs): void;
  /**
   * Leaves it to others, or, with `final`, to nobody.
   *
   * @throws {WorkerError} code `state`: it was answered already.
   */
  reject(options?: { readonly final?: boolean | undefined }): void;
}

/** As whom the agent joins the call. */
export interface AcceptAs {
  /** Unique in the call: `agent-` and the job's id unless given. Two of one identity in a call evict each other. */
  readonly identity?: string | undefined;
  readonly name?: string | undefined;
  readonly metadata?: string | undefined;
  readonly attributes?: Readonly<Record<string, string>> | undefined;
}

export type Offer = Extract<DispatcherEvent, { readonly type: 'offer' }>;
/** As a dispatcher is told it. */
export type Acceptance = Parameters<Offer['accept']>[0];

export type OfferAnswer = { readonly type: 'accept'; readonly as: Acceptance } | { readonly type: 'reject'; readonly final: boolean };

/** @throws {TypeError} As `JobRequest.accept`. */
export function acceptance(job: JobDescription, as: AcceptAs = {}): Acceptance {
  checkGiven('accept', as, { identity: isIdentity, name: isText, metadata: isText, attributes: isAttributes });
  const { identity, name, metadata, attributes } = as;
  return {
    identity: identity ?? `agent-${job.id}`,
    ...(name ? { name } : {}),
    ...(metadata ? { metadata } : {}),
    ...(attributes ? { attributes } : {}),
  };
}

/** The request as it is handed out, and what was answered. */
export function createJobRequest(job: JobDescription, onAnswer: (answer: OfferAnswer) => void): JobRequest {
  let isAnswered = false;
  const answer = (given: OfferAnswer) => {
    if (isAnswered) throw new WorkerError('state', `the request for job ${job.id} was answered already`);
    isAnswered = true;
    onAnswer(given);
  };
  return {
    job,
    accept: (as) => answer({ type: 'accept', as: acceptance(job, as) }),
    reject: (options) => answer({ type: 'reject', final: options?.final === true }),
  };
}

const { isText } = optionChecks;

const isIdentity = (value: unknown): string | undefined =>
  typeof value === 'string' && value.trim() !== '' ? undefined : 'a text that is not empty: nobody can join a call without an identity';

const isAttributes = (value: unknown): string | undefined =>
  typeof value === 'object' && value !== null && Object.values(value).every((attribute) => typeof attribute === 'string')
    ? undefined
    : 'an object whose values are texts';
