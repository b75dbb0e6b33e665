import type { ParentMessage } from './process-message.js';

/** How a process ended: by itself with a code, or by a signal. */
export type ProcessExit =
  | { readonly type: 'code'; readonly code: number }
  | { readonly type: 'signal'; readonly signal: string }
  /** It never began. */
  | { readonly type: 'not-started'; readonly error: string };

/** A process that was started, as its worker holds it. */
export interface ProcessChannel {
  readonly pid: number | undefined;
  /** To a process that is gone it is a no-op. */
  send(message: ParentMessage): void;
  /** At once, without asking. */
  kill(): void;
}

export interface ProcessListener {
  readonly onMessage: (message: unknown) => void;
  /** Once, after the last message. */
  readonly onExit: (exit: ProcessExit) => void;
}

/** Starts a process. Never throws: one that cannot be started exits as `not-started`. */
export type StartProcess = (listener: ProcessListener) => ProcessChannel;

export function exitText(exit: ProcessExit): string {
  if (exit.type === 'code') return `exit code ${exit.code}`;
  return exit.type === 'signal' ? `signal ${exit.signal}` : `not started: ${exit.error}`;
}
