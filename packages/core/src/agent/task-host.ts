import type { Agent } from './agent.js';
import type { RunningCode } from './running-code.js';
import type { Session } from './session.js';

/** A task as its session sees it. */
export interface HostedTask extends Agent {
  readonly isDone: boolean;
  /** Settles with the task, whichever way. Never rejects. */
  readonly settled: Promise<void>;
  /** Settles when what was being said as it was completed has been said. Never rejects. */
  lastWords(): Promise<void>;
  /** Ends it without a result; nothing happens if it is over. */
  fail(error: unknown): boolean;
  /** Called in the instant in which it is over; at once, if it is. */
  onSettled(listener: () => void): void;
}

/** A session's side of tasks. */
export interface TaskHost {
  /** Has the task take over, waits for its end, and gives the word back. Never rejects: what goes wrong ends the task. */
  run(task: HostedTask, code: RunningCode | undefined): Promise<void>;
  /** @throws {AgentTaskError} The task can only end after the code that is about to wait for it. */
  checkWait(task: HostedTask, code: RunningCode | undefined): void;
}

const hosts = new WeakMap<Session, TaskHost>();

/** For the session: tasks that are awaited in it are run by this. */
export const hostTasks = (session: Session, host: TaskHost): void => void hosts.set(session, host);

/** @throws {TypeError} It is not a session of this copy of core. */
export function taskHostOf(session: Session): TaskHost {
  const host = hosts.get(session);
  if (host === undefined) throw new TypeError('a task runs in a session made by new AgentSession()');
  return host;
}
