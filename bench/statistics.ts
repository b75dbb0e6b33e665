/**
 * The value below which so great a share of the values lies, by the nearest rank: one of those measured, never one in between.
 *
 * @param values In any order; left as they are.
 * @param share From 0 (the least) to 1 (the greatest).
 * @throws {RangeError} There are no values, or the share is none.
 */
export function percentile(values: readonly number[], share: number): number {
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share is a number from 0 to 1, not ${share}`);
  const sorted = values.toSorted((a, b) => a - b);
  // A product such as 0.07 * 100 is a hair's breadth above what it stands for.
  const value = sorted[Math.max(0, Math.ceil(share * sorted.length - 1e-9) - 1)];
  if (value === undefined) throw new RangeError('there are no values: nothing was measured');
  return value;
}

/**
 * The middle value; of an even number, the mean of the two in the middle.
 *
 * @throws {RangeError} There are no values.
 */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (upper === undefined || lower === undefined) throw new RangeError('there are no values: nothing was measured');
  return (lower + upper) / 2;
}

/**
 * How much a value grows from one to the next, by the median of the slopes between all pairs: outliers do not move it.
 *
 * @param values At equal distances, at least two.
 * @throws {RangeError} There are fewer than two.
 * @see Theil 1950 and Sen 1968, https://doi.org/10.1080/01621459.1968.10480934
 */
export function slope(values: readonly number[]): number {
  const slopes = values.flatMap((from, index) => values.slice(index + 1).map((to, offset) => (to - from) / (offset + 1)));
  return median(slopes);
}
