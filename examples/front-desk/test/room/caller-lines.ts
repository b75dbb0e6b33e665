import { readFileSync } from 'node:fs';
import { callerScript } from '../../scripts/caller-script.js';

/** One sentence of the recorded caller: 16 kHz mono, from its first sound to its last. */
export interface SpokenLine {
  readonly text: string;
  readonly isBargeIn: boolean;
  readonly samples: Int16Array;
}

export const callerSampleRate = 16_000;

/** What lies in `caller.wav`, sentence by sentence. */
export function callerLines(): readonly SpokenLine[] {
  const file = readFileSync(new URL('../../caller.wav', import.meta.url));
  const recording = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.byteLength));
  const sampleAt = (ms: number) => (ms * callerSampleRate) / 1000;
  return callerScript.map(({ atMs, text, purpose }, index) => {
    const nextMs = callerScript[index + 1]?.atMs;
    const stretch = recording.slice(sampleAt(atMs), nextMs === undefined ? undefined : sampleAt(nextMs));
    return { text, isBargeIn: purpose === 'barge-in', samples: stretch.slice(0, stretch.findLastIndex((sample) => sample !== 0) + 1) };
  });
}
