// Plays one chunk of random calls in a process of its own: see random-calls.mjs.
import fc from 'fast-check';
import { anyRandomCall } from '../../packages/core/src/testing/__fixtures__/any-random-call.js';
import { brokenInvariants } from '../../packages/core/src/testing/call-invariants.js';
import { playRandomCall } from '../../packages/core/src/testing/play-random-call.js';

export interface ChunkResult {
  readonly seed: number;
  /** Played until the first that failed, which is counted. */
  readonly calls: number;
  /** The smallest call that fails, and what is broken in it. */
  readonly failure?: string;
}

const [seed = 1, calls = 1000] = process.argv.slice(2).map(Number);
const property = fc.asyncProperty(anyRandomCall, async (call) => {
  const broken = brokenInvariants(await playRandomCall(call));
  if (broken.length > 0) throw new Error(broken.join('\n'));
});
const details = await fc.check(property, { seed, numRuns: calls });
const { counterexample, errorInstance } = details;
const failure = details.failed ? { failure: `FAILED: ${String(errorInstance)}\n${JSON.stringify(counterexample?.[0])}` } : {};
process.send?.({ seed, calls: details.numRuns, ...failure } satisfies ChunkResult);
