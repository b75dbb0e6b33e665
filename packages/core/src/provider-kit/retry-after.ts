import type { Clock } from '../provider/clock.js';

/** An hour: whatever is longer says that waiting is of no use. */
const longestMs = 3_600_000;

/**
 * How long a server asks to be left alone: `retry-after-ms`, else `retry-after` in seconds or as a date. Undefined if it does not say, or not
 * in a way that can be read.
 *
 * @param header Gives a header by its name in lower case.
 * @see RFC 9110, section 10.2.3.
 */
export function retryAfterMs(header: (name: string) => string | null | undefined, clock: Pick<Clock, 'date'>): number | undefined {
  const milliseconds = Number(header('retry-after-ms') ?? Number.NaN);
  if (isWait(milliseconds)) return milliseconds;
  const given = header('retry-after');
  if (given === null || given === undefined || given.trim() === '') return undefined;
  const seconds = Number(given) * 1000;
  const waitMs = Number.isNaN(seconds) ? Date.parse(given) - clock.date().getTime() : seconds;
  return isWait(waitMs) ? waitMs : undefined;
}

const isWait = (value: number): boolean => value >= 0 && value <= longestMs;
