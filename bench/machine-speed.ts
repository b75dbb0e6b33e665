import { median } from './statistics.js';

/** What the same work took on the machine for which the goals were set, in microseconds. */
export const referenceSpeedUs = 4.4;

const rounds = 15;
const perRound = 4000;

/**
 * How long it takes to make an `AbortController` and fire it with a reason made beforehand, in microseconds: a small piece of the work that a
 * session does for each reply. Tells a slow machine, or one whose neighbours are busy, from slow code.
 */
export function machineSpeedUs(): number {
  const reason = new Error('measured');
  const timesUs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const startMs = performance.now();
    for (let index = 0; index < perRound; index += 1) new AbortController().abort(reason);
    timesUs.push(((performance.now() - startMs) * 1000) / perRound);
  }
  // The first rounds compile.
  return median(timesUs.slice(5));
}
