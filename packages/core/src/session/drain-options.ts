import { checkGiven, optionChecks } from '../agent/check-options.js';

export interface DrainOptions {
  /** Longest wait for what is under way, in milliseconds; 10,000 by default. 0: none at all. */
  readonly timeoutMs?: number | null | undefined;
}

/** @throws {TypeError} It is no length of time. */
export function drainTimeoutMs(options: DrainOptions): number {
  checkGiven('drain', options, { timeoutMs: optionChecks.isTime });
  return options.timeoutMs ?? 10_000;
}
