/** The machine's own clock, which all processes on it share: for times that are taken in one and compared in another. */
export const monotonicMs = (): number => Number(process.hrtime.bigint()) / 1e6;
