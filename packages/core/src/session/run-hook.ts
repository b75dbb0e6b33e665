import { withDeadline } from '../stream/deadline.js';
import { isStopResponse } from '../tools/tool-errors.js';
import type { SessionContext } from './session-context.js';

/** A hook by its name, and for how long it is waited for: `hookTimeoutMs` if not given. */
export interface Hook<T> {
  readonly name: string;
  readonly run: () => T | Promise<T>;
  readonly timeoutMs?: number;
}

/**
 * Runs a piece of the application's code. One that fails or takes too long is reported, and the call goes on without its result, as it does
 * without one that still runs when the session ends; `StopResponse` is its own to throw, and is passed on.
 */
export async function runHook<T>(
  context: SessionContext,
  { name, run, timeoutMs = context.options.hookTimeoutMs ?? 10_000 }: Hook<T>,
): Promise<T | undefined> {
  const onTimeout = () =>
    new Error(`hook ${name} did not settle within ${timeoutMs} ms; the call goes on without it (option hookTimeoutMs)`);
  try {
    const work = untilEnd(Promise.resolve(run()), context.signal);
    return await (timeoutMs === Infinity ? work : withDeadline(work, { clock: context.clock, timeoutMs, onTimeout }));
  } catch (error) {
    if (isStopResponse(error)) throw error;
    context.report('hook', error, true);
    return undefined;
  }
}

/** The hook's own outcome, or nothing once the session has ended: a hook that closes the session must not wait for itself. */
function untilEnd<T>(work: Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  return new Promise((resolve, reject) => {
    const onEnd = () => resolve(undefined);
    if (signal.aborted) onEnd();
    signal.addEventListener('abort', onEnd, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', onEnd));
  });
}
