import type { Agent } from '../agent/agent.js';
import { enterScope } from '../agent/tool-scope.js';
import { Patience } from '../stream/patience.js';
import { asHookFailure, runHook } from './run-hook.js';
import type { SessionContext } from './session-context.js';

/** Far longer than a greeting takes. */
const enteringMs = 60_000;

/**
 * Runs an agent's `onEnter`, which may take as long as it likes: nobody waits for it but `session.run()`. So one that has not settled for a
 * minute, in which it did not wait for a task, is told of, once. Never rejects: what the hook throws is reported.
 *
 * @param change Called with 1 when it begins, and when it goes on after a task; with -1 when it waits for one, and when it ends. One that waits
 * for a task as the session closes has ended, and does not go on.
 */
export async function enterAgent(context: SessionContext, agent: Agent, change: (by: 1 | -1) => void): Promise<void> {
  const hook = { name: 'onEnter', agent };
  const onOver = () => {
    const failure = new Error(`has not settled for ${enteringMs} ms: session.run() waits for it until it does, the call goes on`);
    context.report('hook', asHookFailure(hook, failure), true);
  };
  using patience = new Patience(context.clock, onOver);
  let [isEnded, isAtWork] = [false, false];
  const work = (goesOn: boolean) => {
    if (isEnded || isAtWork === goesOn) return;
    isAtWork = goesOn;
    change(goesOn ? 1 : -1);
    if (goesOn) patience.resume();
    else patience.pause();
  };
  const pause = () => {
    work(false);
    return () => work(true);
  };
  patience.expect(enteringMs);
  work(true);
  try {
    await runHook(context, { ...hook, run: () => agent.onEnter(), timeoutMs: Infinity, pause, scope: enterScope });
  } finally {
    work(false);
    isEnded = true;
  }
}
