import type { Clock } from '../provider/clock.js';
import type { JobDescription } from '../provider/dispatcher.js';
import type { Logger } from '../provider/logger.js';
import { createDeferred } from '../stream/deferred.js';
import { acceptance, createJobRequest, type JobRequest, type OfferAnswer } from './job-request.js';
import { errorStack } from './error-text.js';

/** The answer has to travel: so long before the offer's deadline it must be there. */
const marginMs = 300;
const declined: OfferAnswer = { type: 'reject', final: false };

/**
 * What the application answers to an offer. Never rejects: a function that throws, returns without an answer, or has none in time, has
 * declined, so that another worker is asked while there is time.
 */
export async function askRequest(
  request: ((request: JobRequest) => unknown) | undefined,
  {
    job,
    deadlineMs,
    clock,
    logger,
  }: { readonly job: JobDescription; readonly deadlineMs: number; readonly clock: Clock; readonly logger: Logger },
): Promise<OfferAnswer> {
  if (request === undefined) return { type: 'accept', as: acceptance(job) };
  const answered = createDeferred<OfferAnswer>();
  const decline = (message: string, error?: unknown) => {
    logger.log('error', `${message}: the job is declined`, { jobId: job.id, ...(error === undefined ? {} : { error: errorStack(error) }) });
    answered.resolve(declined);
  };
  let isAnswered = false;
  const given = createJobRequest(job, (answer) => {
    isAnswered = true;
    answered.resolve(answer);
  });
  const timeoutMs = Math.max(0, deadlineMs - marginMs - clock.now());
  const cancel = clock.after(timeoutMs, () => decline(`the option "request" has not answered within ${Math.round(timeoutMs)} ms`));
  // In a function of its own, so that one that throws at once rejects like any other.
  const called = (async () => request(given))();
  called.then(
    () => {
      if (!isAnswered) decline('the option "request" returned without calling accept or reject');
    },
    (error: unknown) => {
      if (!isAnswered) decline('the option "request" failed', error);
    },
  );
  try {
    return await answered.promise;
  } finally {
    isAnswered = true;
    cancel();
  }
}
