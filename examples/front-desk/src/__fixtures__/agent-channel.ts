import { readFile } from 'node:fs/promises';

/** The agent's channel of a recorded call: 16 kHz, the right one of two, behind a header of 44 bytes. */
export async function readAgentChannel(path: string): Promise<Int16Array> {
  const file = await readFile(path);
  return Int16Array.from({ length: (file.length - 44) >> 2 }, (_, index) => file.readInt16LE(46 + 4 * index));
}

/** Samples in 120 ms: longer pauses part sentences. */
const pauseSamples = 1920;
/** Louder is speech. */
const loud = 200;

/** Speech between two instants (milliseconds) of a channel, cut at its pauses. */
export function sentencesIn(channel: Int16Array, { startMs, endMs }: { readonly startMs: number; readonly endMs: number }): readonly Int16Array[] {
  const pieces: Int16Array[] = [];
  let first: number | undefined;
  let last = 0;
  const end = Math.min(channel.length, Math.round(endMs * 16));
  for (let index = Math.round(startMs * 16); index <= end; index += 1) {
    const isLoud = index < end && Math.abs(channel[index] ?? 0) > loud;
    if (first !== undefined && (index === end || (isLoud && index - last > pauseSamples))) {
      pieces.push(channel.subarray(first, last + 1));
      first = undefined;
    }
    if (!isLoud) continue;
    first ??= index;
    last = index;
  }
  return pieces;
}
