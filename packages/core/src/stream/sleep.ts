import type { Clock } from '../provider/clock.js';

/** Waits on the clock. Rejects with the signal's reason when it fires, and leaves no timer or listener behind. */
export function sleep(durationMs: number, options: { readonly clock: Clock; readonly signal?: AbortSignal | undefined }): Promise<void> {
  const { clock, signal } = options;
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) return reject(signal.reason);
    const onAbort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(durationMs, () => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    });
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
