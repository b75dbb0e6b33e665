import { AbortError } from './abort-error.js';

/** A signal of its own, which also fires when a parent does. Dispose it when the work is over, so that no parent keeps it alive. */
export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
  /** Fires the signal, once; the reason is an `AbortError` unless one is given. */
  abort(reason?: Error): void;
}

/**
 * Joins signals without `AbortSignal.any`, which keeps each result alive for as long as its longest-lived parent (Node 20).
 *
 * A parent that has already fired fires the result at once, with the parent's reason.
 */
export function linkSignals(...parents: readonly AbortSignal[]): LinkedSignal {
  const controller = new AbortController();
  const listeners: (() => void)[] = [];
  const unlink = () => {
    for (const remove of listeners.splice(0)) remove();
  };
  const abort = (reason: unknown) => {
    unlink();
    if (!controller.signal.aborted) controller.abort(reason);
  };
  for (const parent of parents) {
    if (parent.aborted) {
      abort(parent.reason);
      break;
    }
    const listener = () => abort(parent.reason);
    parent.addEventListener('abort', listener, { once: true });
    listeners.push(() => parent.removeEventListener('abort', listener));
  }
  return {
    signal: controller.signal,
    abort: (reason) => abort(reason ?? new AbortError()),
    [Symbol.dispose]: unlink,
  };
}
