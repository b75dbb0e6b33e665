import { isAPIError } from '../provider/api-error.js';
import type { Clock } from '../provider/clock.js';
import { type ConnectOptions, retryDelayMs } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';

export interface KeepOpen {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly connect: ConnectOptions;
  /** One attempt, for as long as it lasts. Returning means that all is done. */
  readonly attempt: (attempt: Attempt) => Promise<void>;
  /** The budget is spent, or the failure is one that will not go away: whether to give up, or to begin anew. */
  readonly givesUp: boolean;
  /** A failure that may be nobody's fault: it costs none of the budget, and is not waited after. Default: none is. */
  readonly costsNothing?: (error: unknown) => boolean;
  readonly onFailure: (error: unknown, recoverable: boolean) => void;
  /** An attempt after a failure has delivered something: once for all failures before it. */
  readonly onRecovered: () => void;
}

export interface Attempt {
  /** Something came of it: it works. */
  readonly delivered: () => void;
  /** What it is there for came of it: the budget is whole again. */
  readonly madeProgress: () => void;
}

/**
 * Keeps a call open: after a failure it is made again, at most `maxRetries` times in one burst of failures. A vendor that ends a connection
 * by its own rule (`expired`) costs nothing of that, the first time in a row, nor does what `costsNothing`. With the budget spent the failure is reported as not
 * recoverable; unless it `givesUp`, a new burst begins after the longer wait: it is for the session to decide that it has seen enough.
 * Settles when all is done, it was given up, or the signal fired. Never rejects.
 */
export async function keepOpen(options: KeepOpen): Promise<void> {
  const { clock, signal, connect, givesUp, costsNothing = () => false, onFailure } = options;
  let failures = 0;
  let lastWasExpiry = false;
  let isBroken = false;
  const delivered = () => {
    if (!isBroken || signal.aborted) return;
    isBroken = false;
    options.onRecovered();
  };
  const madeProgress = () => {
    failures = 0;
    lastWasExpiry = false;
  };
  while (!signal.aborted) {
    try {
      await options.attempt({ delivered, madeProgress });
      return;
    } catch (error) {
      if (signal.aborted) return;
      isBroken = true;
      const isExpiry = isAPIError(error) && error.kind === 'expired';
      const isFree = costsNothing(error) || (isExpiry && !lastWasExpiry);
      lastWasExpiry = isExpiry;
      if (!isFree) failures += 1;
      const recoverable = isFree || (failures <= connect.maxRetries && (!isAPIError(error) || error.retryable));
      onFailure(error, recoverable);
      if (!recoverable && givesUp) return;
      const waitMs = recoverable ? retryDelayMs(failures, connect, isAPIError(error) ? error.retryAfterMs : 0) : connect.retryDelayMs;
      if (!recoverable) failures = 0;
      // Waiting ends with an abort, which the loop sees.
      if (!isFree) await sleep(waitMs, { clock, signal }).catch(() => {});
    }
  }
}
