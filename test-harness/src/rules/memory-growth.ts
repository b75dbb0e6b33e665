import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** A collection that frees less was the last one that frees. */
const littleBytes = 16 * 1024;
/** After so many collections it is taken as it is. */
const mostCollections = 20;

/**
 * Bytes that are in use when all garbage is gone, of the heap and of typed arrays. What earlier work has let go of is freed only some turns of
 * the event loop later: counted as in use, its end would hide what is left behind after it.
 */
export async function settledBytes(): Promise<number> {
  let bytes = usedBytes();
  for (let collection = 1; collection < mostCollections; collection += 1) {
    await setImmediate();
    const before = bytes;
    bytes = usedBytes();
    if (collection > 1 && before - bytes < littleBytes) break;
  }
  return bytes;
}

function usedBytes(): number {
  collect ??= garbageCollector();
  collect();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function garbageCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const found: unknown = runInNewContext('gc');
  return typeof found === 'function' ? () => void Reflect.apply(found, undefined, []) : () => {};
}

/** What comes and goes by itself, of the runtime's own. */
const noiseBytes = 192 * 1024;

/**
 * How many bytes each round leaves behind for good: the least of three stretches (of two, if there are few rounds), so that what is only
 * kept for later, or compiled, is not counted.
 */
export async function bytesPerRound(rounds: number, round: () => Promise<void>): Promise<number> {
  const stretch = Math.max(1, Math.ceil(rounds / 4));
  for (let index = 0; index < stretch; index += 1) await round();
  let least = Infinity;
  for (let part = 0; part < (rounds < 200 ? 2 : 3); part += 1) {
    const before = await settledBytes();
    for (let index = 0; index < stretch; index += 1) await round();
    least = Math.min(least, ((await settledBytes()) - before - noiseBytes) / stretch);
  }
  return Math.max(0, least);
}
