const firstWaitMs = 500;
const longestWaitMs = 30_000;

/** How long to wait before a process is started again, after so many starts in a row that failed: 0, then 500 ms, doubled up to 30 s. */
export const startBackOffMs = (failuresInRow: number): number =>
  failuresInRow === 0 ? 0 : Math.min(longestWaitMs, firstWaitMs * 2 ** (failuresInRow - 1));

/** A job is given up after so many starts that failed while it waited; with as many in a row, no further job is taken. */
export const mostStartFailures = 3;
