/** How calls to one kind of provider are tried again. Contract, point 4. */
export interface ConnectOptions {
  /** Further attempts after the first: 3. */
  readonly maxRetries: number;
  /** Wait before the second further attempt and each after it; the first comes after 100 ms. 2,000. */
  readonly retryDelayMs: number;
  /** Longest wait for the next output once there was one, and for the first when nothing is left to try: 10,000. */
  readonly timeoutMs: number;
}

export const defaultConnectOptions: ConnectOptions = { maxRetries: 3, retryDelayMs: 2000, timeoutMs: 10_000 };

/** Longest wait for the first output of an attempt after which another can still be made. Contract, point 4. */
const firstOutputMs = 3000;

/** Wait before a further attempt; the first of them is 1. What the vendor asks for counts if it is longer. */
export function retryDelayMs(attempt: number, options: ConnectOptions, retryAfterMs = 0): number {
  return Math.max(attempt <= 1 ? Math.min(100, options.retryDelayMs) : options.retryDelayMs, retryAfterMs);
}

/**
 * How long an attempt may take to its first output: 3 s, or, if none could be made after it, all that is left.
 *
 * @param attempt 1 for the first. @param leftMs Until the deadline of all attempts together.
 */
export function firstOutputLimitMs(attempt: number, options: ConnectOptions, leftMs: number): number {
  const isLast = attempt > options.maxRetries || firstOutputMs + retryDelayMs(attempt, options) >= leftMs;
  return Math.max(0, Math.min(isLast ? options.timeoutMs : firstOutputMs, leftMs));
}
