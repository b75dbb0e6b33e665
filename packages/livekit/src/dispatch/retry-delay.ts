const firstMs = 1000;
const longestMs = 10_000;

/**
 * How long to wait before the next attempt: 1, 2, 4, 8, then 10 s, each shortened by chance to as little as its half, so that the workers of a
 * server that was restarted do not all come back in step.
 *
 * @param failures Attempts in a row that did not end in a registration, from 0 on.
 * @param chance 0 to 1.
 */
export const retryDelayMs = (failures: number, chance: number): number =>
  Math.round(Math.min(longestMs, firstMs * 2 ** Math.min(failures, 10)) * (0.5 + Math.min(1, Math.max(0, chance)) / 2));
