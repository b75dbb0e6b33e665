import { optionChecks } from '../agent/check-options.js';

export interface DrainOptions {
  /** Longest wait for what is under way, in milliseconds; 10,000 by default. 0: none at all. */
  readonly timeoutMs?: number | null | undefined;
}

/** @throws {TypeError} It is no length of time. */
export function drainTimeoutMs({ timeoutMs }: DrainOptions): number {
  const given = timeoutMs ?? 10_000;
  const wanted = optionChecks.isTime(given);
  if (wanted === undefined) return given;
  throw new TypeError(`drain: option "timeoutMs" is ${String(given)}; it must be ${wanted}`);
}
