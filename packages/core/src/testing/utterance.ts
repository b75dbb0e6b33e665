import { checkFields } from '../run/check-fields.js';

/** What the caller says, on the call's time line, in milliseconds from the first audio frame. */
export interface Utterance {
  readonly startMs: number;
  readonly endMs: number;
  /** Empty: a noise that only the VAD hears. */
  readonly text: string;
  /** From the end of the voice to the final transcript; an interim of the first two words comes half-way. 200 by default. */
  readonly transcriptDelayMs?: number;
  /** False: no final ever comes. */
  readonly final?: boolean;
  /** As the STT detects it; absent: it does not say. */
  readonly language?: string;
  /**
   * What an STT that detects turns reports, in milliseconds after the voice: that the turn has probably ended, and that it has. Without
   * `endMs` it goes on with the next utterance.
   */
  readonly turn?: { readonly eagerMs?: number; readonly endMs?: number };
}

/** Length of the scripted caller's frames. Utterances begin and end on a multiple of it, so that each time is exact. */
export const scriptedFrameMs = 50;

const fields: Readonly<Record<keyof Utterance, true>> = {
  startMs: true,
  endMs: true,
  text: true,
  transcriptDelayMs: true,
  final: true,
  language: true,
  turn: true,
};

/** @throws {RangeError} The utterances overlap, are empty or in the wrong order, or are off the frames' grid; says which. */
export function checkUtterances(utterances: readonly Utterance[]): void {
  const given: unknown = utterances;
  if (!Array.isArray(given)) throw new TypeError('the utterances must be a list');
  let lastEndMs = 0;
  for (const [index, utterance] of utterances.entries()) checkFields(`utterance ${index}`, utterance, Object.keys(fields));
  for (const [index, { startMs, endMs }] of utterances.entries()) {
    if (startMs % scriptedFrameMs !== 0 || endMs % scriptedFrameMs !== 0)
      throw new RangeError(`utterance ${index}: ${startMs} to ${endMs} is not on the grid of ${scriptedFrameMs} ms`);
    if (startMs < lastEndMs || endMs <= startMs)
      throw new RangeError(`utterance ${index}: ${startMs} to ${endMs} must come after ${lastEndMs} and last a while`);
    lastEndMs = endMs;
  }
}

/** The utterance whose voice is in this stretch of audio. */
export const utteranceAt = (utterances: readonly Utterance[], atMs: number): Utterance | undefined =>
  utterances.find((utterance) => utterance.startMs <= atMs && atMs < utterance.endMs);
