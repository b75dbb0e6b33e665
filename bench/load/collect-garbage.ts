import { setImmediate as nextLoop } from 'node:timers/promises';

export interface Memory {
  readonly rssKb: number;
  /** On V8's heap, and held by it outside: samples of audio, above all. */
  readonly heapKb: number;
}

/**
 * What is left after all garbage has been collected. Twice, with a turn of the loop between: what a finaliser lets go is gone then too.
 *
 * @throws {Error} Node was started without `--expose-gc`.
 */
export async function memoryAfterCollection(): Promise<Memory> {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error('garbage cannot be collected on demand: start node with --expose-gc');
  for (let round = 0; round < 3; round += 1) {
    await nextLoop();
    gc();
  }
  const { rss, heapUsed, external } = process.memoryUsage();
  return { rssKb: rss / 1000, heapKb: (heapUsed + external) / 1000 };
}

/**
 * Makes garbage until V8's young generation has its full size, which it reaches in any process that is busy for a while: later growth of the
 * process is then what is kept, not what was once needed. Start node with `--min-semi-space-size=16`, the size it grows to by default.
 *
 * @returns How many objects were made.
 */
export function fillYoungGeneration(): number {
  let made = 0;
  // Three halves of 16 MB, at about 50 bytes an object.
  for (; made < 2_000_000; made += 1) garbage = { made, before: made - 1 };
  return garbage.made;
}

/** Seen from outside the function, so that the objects are really made. */
let garbage: { readonly made: number; readonly before: number };
