import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

let collect: (() => void) | undefined;

/** Bytes that are in use when all garbage is gone: of the heap and of typed arrays. */
export function usedBytes(): number {
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
    const before = usedBytes();
    for (let index = 0; index < stretch; index += 1) await round();
    least = Math.min(least, (usedBytes() - before - noiseBytes) / stretch);
  }
  return Math.max(0, least);
}
