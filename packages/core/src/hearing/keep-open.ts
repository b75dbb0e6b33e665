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
  readonly onFailure: (error: unknown, recoverable: boolean) => void;
  readonly onReopened: () => void;
}

/**
 * Keeps a long-lived call open: after a failure it is made again, at most `maxRetries` times in one burst of failures. A vendor that
 * ends a connection by its own rule (`expired`) costs nothing of that, the first time in a row. With the budget spent the failure is
 * reported as not recoverable, and a new burst begins: it is for the session to decide that it has seen enough. Never rejects.
 */
export async function keepOpen({ clock, signal, connect, attempt, onFailure, onReopened }: KeepOpen): Promise<void> {
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
      const isFree = isAPIError(error) && error.kind === 'expired' && !lastWasExpiry;
      lastWasExpiry = isAPIError(error) && error.kind === 'expired';
      if (!isFree) failures += 1;
      const recoverable = failures <= connect.maxRetries && (!isAPIError(error) || error.retryable);
      onFailure(error, recoverable);
      const delayMs = isFree ? 0 : retryDelayMs(failures, connect, isAPIError(error) ? error.retryAfterMs : 0);
      if (!recoverable) failures = 0;
      // Waiting ends with an abort, which the loop sees.
      await sleep(delayMs, { clock, signal }).catch(() => {});
      if (!signal.aborted) onReopened();
    }
  }
}
