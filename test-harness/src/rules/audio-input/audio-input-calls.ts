import type { AudioChunk, AudioFrame } from '@parley/core/provider';
import type { AudioInputEnds, PlayedCaller } from '../../ends/audio-input-ends.js';
import type { Subject } from '../../subject/subject.js';
import type { Reading } from '../../trial/reading.js';
import type { Trial } from '../../trial/trial.js';
import { countingSamples, durationMs } from '../audio-frames.js';

export type InputTrial = Trial<'audio-input'>;
type Ability = 'speak' | 'mute' | 'hangUp' | 'fail';

const frameMs = 20;

/** Left out where the caller cannot do this. */
export const unlessCaller =
  (ability: Ability) =>
  ({ declared }: Subject<'audio-input'>): string | undefined =>
    declared.caller[ability] === undefined ? `${ability}: not what this caller can do` : undefined;

/** What the caller says next: samples that count up, in frames of 20 ms. */
export function callersFrames({ sampleRate, channels }: PlayedCaller, lengthMs: number, fromMs = 0): readonly AudioFrame[] {
  const length = (frameMs * sampleRate * channels) / 1000;
  return Array.from({ length: lengthMs / frameMs }, (_one, index) => ({
    samples: countingSamples(length, Math.round(((fromMs + index * frameMs) * sampleRate * channels) / 1000)),
    sampleRate,
    channels,
    atMs: fromMs + index * frameMs,
  }));
}

/** The caller is heard for so long: speaks, or time passes if it speaks by itself. */
export async function listen(
  trial: InputTrial,
  { caller }: AudioInputEnds,
  { lengthMs, fromMs = 0 }: { readonly lengthMs: number; readonly fromMs?: number },
): Promise<void> {
  if (caller.speak === undefined) return trial.pass(lengthMs);
  for (const frame of callersFrames(caller, lengthMs, fromMs)) caller.speak(frame);
  await trial.quiet();
}

export interface Read {
  readonly ends: AudioInputEnds;
  readonly reading: Reading<AudioChunk>;
}

/** An input that is read as it comes, at the caller's own rate. */
export async function openInput(trial: InputTrial, sampleRates?: readonly number[]): Promise<Read> {
  const ends = await trial.create();
  const rates = sampleRates ?? [ends.caller.sampleRate];
  return { ends, reading: trial.read(ends.port.read({ sampleRates: rates, clock: trial.clock })) };
}

export const framesIn = (chunks: readonly AudioChunk[]): readonly AudioFrame[] =>
  chunks.flatMap((chunk) => (chunk.type === 'audio' ? [chunk.frame] : []));

export const startMsOf = (chunk: AudioChunk): number => (chunk.type === 'gap' ? chunk.atMs : chunk.frame.atMs);
export const lengthMsOf = (chunk: AudioChunk): number => (chunk.type === 'gap' ? chunk.durationMs : durationMs(chunk.frame));
