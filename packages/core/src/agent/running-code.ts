import { AsyncLocalStorage } from 'node:async_hooks';
import type { LinkedSignal } from '../stream/linked-signal.js';
import type { AgentIdentity, Session } from './session.js';
import type { AwaitedSpeech, ToolScope } from './tool-scope.js';

/** Code of the application that a session runs for an agent: a hook or a tool. A task that is awaited in it learns from here where it is. */
export interface RunningCode {
  readonly session: Session;
  /** Whose hook or tool it is. */
  readonly agent: AgentIdentity;
  /** The hook's name, or `tool`. */
  readonly name: string;
  /** Fires when nobody waits for this code any more. */
  readonly signal?: AbortSignal;
  /** Settles when what the agent says along with it has been played out. */
  readonly waitForPlayout?: () => Promise<void>;
  /** It waits for a task from now on: what waits for this code in turn does not count the time. Call the result when it goes on. */
  readonly pause: () => () => void;
  /** Of a tool, and of `onEnter`. */
  readonly scope?: ToolScope | undefined;
}

const storage = new AsyncLocalStorage<RunningCode | undefined>();
let running = 0;

/** The code that the caller is part of, over any number of awaits; undefined outside of hooks and tools. */
export const runningCode = (): RunningCode | undefined => (running === 0 ? undefined : storage.getStore());

/** The speech that waits for the tool in which this is called, if one does. */
export function holdingSpeech(): AwaitedSpeech | undefined {
  const scope = runningCode()?.scope;
  return scope?.isHolding() === true ? scope.speech : undefined;
}

/** Does what is no part of the code that brought it about, such as a speech that a tool asks for. */
export const outsideCode = <T>(work: () => T): T => (runningCode() === undefined ? work() : storage.run(undefined, work));

/**
 * Runs a hook or a tool so that `runningCode()` tells it of itself.
 *
 * While anything is kept in an `AsyncLocalStorage`, Node 20 makes every promise of the process about three times as dear; so it is turned
 * off whenever no such code runs, which costs 8 µs for each time that it does. Code that never ends counts until its session has ended.
 *
 * @param lifetime The session's: fires when that has ended.
 */
export function runCode<T>(code: RunningCode, run: () => Promise<T>, lifetime: LinkedSignal): Promise<T> {
  running += 1;
  const counted = { ...code, pause: countPauses(code.pause) };
  let hasLeft = false;
  const leave = () => {
    if (hasLeft) return;
    hasLeft = true;
    running -= 1;
    if (running === 0) storage.disable();
  };
  const work = storage.run(counted, run);
  const unlink = lifetime.onAbort(leave);
  const end = () => {
    unlink();
    leave();
  };
  work.then(end, end);
  return work;
}

/** It may wait for several tasks at once: it goes on after the last of them. */
function countPauses(pause: RunningCode['pause']): RunningCode['pause'] {
  let pauses = 0;
  let resume = () => {};
  return () => {
    if (pauses === 0) resume = pause();
    pauses += 1;
    let isOver = false;
    return () => {
      if (isOver) return;
      isOver = true;
      pauses -= 1;
      if (pauses === 0) resume();
    };
  };
}
