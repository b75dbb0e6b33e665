import type { Clock } from '../provider/clock.js';

/**
 * The promise's own outcome, or a rejection with `onTimeout()` once `timeoutMs` have passed on the clock. Limits the wait, not the work:
 * abort the work yourself. The promise is always observed, so a late failure is never an unhandled rejection.
 */
export function withDeadline<T>(
  promise: Promise<T>,
  options: { readonly clock: Clock; readonly timeoutMs: number; readonly onTimeout: () => Error },
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const cancel = options.clock.after(options.timeoutMs, () => reject(options.onTimeout()));
    promise.then(
      (value) => {
        cancel();
        resolve(value);
      },
      (error: unknown) => {
        cancel();
        reject(error);
      },
    );
  });
}
