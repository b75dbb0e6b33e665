import { isStopResponse } from '../tools/tool-errors.js';
import { withDeadline } from '../stream/deadline.js';
import type { SessionContext } from './session-context.js';

/**
 * Runs a piece of the application's code. One that fails or takes too long is reported, and the call goes on without its result;
 * `StopResponse` is its own to throw, and is passed on.
 */
export async function runHook<T>(context: SessionContext, name: string, hook: () => T | Promise<T>): Promise<T | undefined> {
  const timeoutMs = context.options.hookTimeoutMs ?? 10_000;
  const onTimeout = () =>
    new Error(`hook ${name} did not settle within ${timeoutMs} ms; the call goes on without it (option hookTimeoutMs)`);
  try {
    return await withDeadline(Promise.resolve(hook()), { clock: context.clock, timeoutMs, onTimeout });
  } catch (error) {
    if (isStopResponse(error)) throw error;
    context.report('hook', error, true);
    return undefined;
  }
}
