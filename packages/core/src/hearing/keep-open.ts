import { isAPIError } from '../provider/api-error.js';
import type { Clock } from '../provider/clock.js';
import { type ConnectOptions, retryDelayMs } from '../stream/connect-options.js';
import { sleep } from '../stream/sleep.js';

export interface KeepOpen {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly connect: ConnectOptions;
  /** One attempt, for as long as it lasts. `madeProgress` resets the budget. Returning means that all is done. */
  readonly attempt: (madeProgress: () => void) => Promise<void>;
  /** The budget is spent, or the failure is one that will not go away: whether to give up, or to begin anew. */
  readonly givesUp: boolean;
  readonly onFailure: (error: unknown, recoverable: boolean) => void;
  readonly onReopened: () => void;
}

/**
 * Keeps a call open: after a failure it is made again, at most `maxRetries` times in one burst of failures. A vendor that ends a connection
 * by its own rule (`expired`) costs nothing of that, the first time in a row. With the budget spent the failure is reported as not
 * recoverable; unless it `givesUp`, a new burst begins after the longer wait: it is for the session to decide that it has seen enough.
 * Settles when all is done, it was given up, or the signal fired. Never rejects.
 */
export async function keepOpen({ clock, signal, connect, attempt, givesUp, onFailure, onReopened }: KeepOpen): Promise<void> {
  let failures = 0;
  let lastWasExpiry = false;
  while (!signal.aborted) {
    try {
      await attempt(() => {
        failures = 0;
        lastWasExpiry = false;
      });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const isExpiry = isAPIError(error) && error.kind === 'expired';
      const isFree = isExpiry && !lastWasExpiry;
      lastWasExpiry = isExpiry;
      if (!isFree) failures += 1;
      const recoverable = isFree || (failures <= connect.maxRetries && (!isAPIError(error) || error.retryable));
      onFailure(error, recoverable);
      if (!recoverable && givesUp) return;
      const waitMs = recoverable ? retryDelayMs(failures, connect, isAPIError(error) ? error.retryAfterMs : 0) : connect.retryDelayMs;
      if (!recoverable) failures = 0;
      // Waiting ends with an abort, which the loop sees.
      if (!isFree) await sleep(waitMs, { clock, signal }).catch(() => {});
      if (!signal.aborted) onReopened();
    }
  }
}
