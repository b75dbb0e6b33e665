import { readFileSync } from 'node:fs';

/** Both sides of a recorded call: 16-bit stereo, caller left, agent right. */
export interface Recording {
  readonly sampleRate: number;
  readonly caller: Int16Array;
  readonly agent: Int16Array;
}

/** Louder than this is sound: flite's silence is digital, its quietest speech is not. */
const soundLevel = 60;

/** Reads what the demo wrote: a header of 44 bytes, then the samples. */
export function readRecording(path: string): Recording {
  const file = readFileSync(path);
  const samples = new Int16Array(file.buffer.slice(file.byteOffset + 44, file.byteOffset + file.byteLength));
  const side = (channel: number) => Int16Array.from({ length: samples.length / 2 }, (_, index) => samples[index * 2 + channel] ?? 0);
  return { sampleRate: file.readUInt32LE(24), caller: side(0), agent: side(1) };
}

/** Place of the last sound before this time, in milliseconds. */
export function lastSoundMs(samples: Int16Array, sampleRate: number, beforeMs: number): number {
  let index = Math.min(samples.length, Math.round((beforeMs / 1000) * sampleRate)) - 1;
  while (index > 0 && Math.abs(samples[index] ?? 0) < soundLevel) index -= 1;
  return (index / sampleRate) * 1000;
}

/** Stretches of sound with no silence of `pauseMs` in them, each with 200 ms of silence around: the recogniser reads sentences best. */
export function sentencesIn(samples: Int16Array, sampleRate: number, pauseMs = 150): Int16Array[] {
  const pause = (pauseMs / 1000) * sampleRate;
  const margin = sampleRate / 5;
  const found: Int16Array[] = [];
  let start = -1;
  let last = -1;
  const close = () => {
    if (start < 0) return;
    const sentence = new Int16Array(last + 1 - start + 2 * margin);
    sentence.set(samples.subarray(start, last + 1), margin);
    found.push(sentence);
    start = -1;
  };
  for (let index = 0; index < samples.length; index += 1) {
    if (Math.abs(samples[index] ?? 0) >= soundLevel) {
      if (start < 0) start = index;
      last = index;
    } else if (start >= 0 && index - last > pause) {
      close();
    }
  }
  close();
  return found;
}
