/** Random calls in one run of the tests: `PARLEY_RANDOM_CALLS`. */
export const randomCallCount = Number(process.env['PARLEY_RANDOM_CALLS'] ?? 100);

const seed = process.env['PARLEY_RANDOM_SEED'];

/** So many runs of a property. A failure names its seed and the smallest call that it found. `PARLEY_RANDOM_SEED` plays the same calls again. */
export const runsOf = (numRuns: number): { readonly numRuns: number; readonly seed?: number } => ({
  numRuns: Math.ceil(numRuns),
  ...(seed === undefined ? {} : { seed: Number(seed) }),
});
