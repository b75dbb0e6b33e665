import type { Agent } from '../agent/agent.js';
import { isTaskEnded } from '../agent/agent-task-error.js';
import { runCode } from '../agent/running-code.js';
import type { ToolScope } from '../agent/tool-scope.js';
import { isAPIError } from '../provider/api-error.js';
import { Patience } from '../stream/patience.js';
import { isStopResponse } from '../tools/tool-errors.js';
import type { SessionContext } from './session-context.js';

/** A hook by its name, and for how long it is waited for: `hookTimeoutMs` if not given. Time in which it waits for a task does not count. */
export interface Hook<T> {
  readonly name: string;
  readonly agent: Agent;
  readonly run: () => T | Promise<T>;
  readonly timeoutMs?: number;
  /** It begins to wait for a task; the result is called when it goes on. */
  readonly pause?: () => () => void;
  readonly scope?: ToolScope;
  /** `StopResponse` means something to whoever runs it, and is thrown on; of any other hook it ends the hook, and no more. */
  readonly passesStopResponse?: boolean;
}

/**
 * Runs a piece of the application's code. One that fails or takes too long is reported, and the call goes on without its result, as it does
 * without one that still runs when the session ends.
 */
export async function runHook<T>(context: SessionContext, hook: Hook<T>): Promise<T | undefined> {
  const { name, agent, run, scope, timeoutMs = context.resolvedFor(agent).hookTimeoutMs } = hook;
  const onTimeout = () => new Error(`did not settle within ${timeoutMs} ms; the call goes on without it (option hookTimeoutMs)`);
  let over = () => {};
  using patience = new Patience(context.clock, () => over());
  const pause = () => {
    patience.pause();
    const resume = hook.pause?.();
    return () => {
      resume?.();
      if (timeoutMs !== Infinity) patience.resume();
    };
  };
  try {
    // Async, so that what it throws at once rejects too.
    const work = untilEnd(
      runCode({ session: context.session, agent, name, pause, scope }, async () => run(), context.lifetime),
      context.signal,
    );
    if (timeoutMs === Infinity) return await work;
    return await new Promise<T | undefined>((resolve, reject) => {
      over = () => reject(onTimeout());
      patience.expect(timeoutMs);
      work.then(resolve, reject);
    });
  } catch (error) {
    if (isStopResponse(error)) {
      if (hook.passesStopResponse === true) throw error;
      return undefined;
    }
    // A task that was ended from outside is no failure of the hook that awaited it.
    if (!isTaskEnded(error)) context.report('hook', asHookFailure(hook, error), true);
    return undefined;
  }
}

/** What went wrong, with where it did. An error of a provider says by itself what it is about. */
export function asHookFailure({ name, agent }: Pick<Hook<unknown>, 'name' | 'agent'>, thrown: unknown): Error {
  if (isAPIError(thrown)) return thrown;
  const what = thrown instanceof Error ? thrown.message : `threw a value of type ${typeof thrown}, which is no error`;
  const failure = new Error(`hook ${name} of agent "${agent.label}": ${what}`, { cause: thrown });
  if (thrown instanceof Error) failure.name = thrown.name;
  return failure;
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
