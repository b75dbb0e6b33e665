import type { Clock } from '@parley/core/provider';
import { exitCodes } from './exit-codes.js';

/** What counts as one and the same signal: npm sends a child what the terminal, or a signal to the whole group, has sent it already. */
const sameSignalMs = 500;

/**
 * The first SIGTERM or SIGINT asks to come to an end, the second ends the process at once; its job processes go with it.
 *
 * @param onFirst Called once.
 */
export function onStopSignals(clock: Clock, onFirst: (signal: 'SIGTERM' | 'SIGINT') => void): Disposable {
  let first: { readonly signal: string; readonly atMs: number } | undefined;
  const stop = (signal: 'SIGTERM' | 'SIGINT') => {
    if (first === undefined) {
      first = { signal, atMs: clock.now() };
      return onFirst(signal);
    }
    if (first.signal === signal && clock.now() - first.atMs < sameSignalMs) return;
    process.exit(exitCodes.failed);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  return {
    [Symbol.dispose]() {
      process.off('SIGTERM', stop);
      process.off('SIGINT', stop);
    },
  };
}
