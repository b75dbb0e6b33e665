import { alignedEnd } from '../text/align-words.js';

/** A piece of what the user has said, as the STT names it. */
export interface TurnSegment {
  readonly segmentId: string;
  readonly text: string;
  /** It will not change any more. */
  readonly isFinal: boolean;
  /** Where its audio ended, on the clock; known of a final. */
  readonly endedMs?: number | undefined;
}

/**
 * The segments with this one in its place. In the order in which they were first heard of, as an STT may finish a later one first; a final
 * that nothing was known of goes before finals whose audio ended later.
 */
export function putSegment(segments: readonly TurnSegment[], segment: TurnSegment): readonly TurnSegment[] {
  const known = segments.findIndex(({ segmentId }) => segmentId === segment.segmentId);
  if (known >= 0) return segments.with(known, segment);
  const later = segments.findIndex(({ isFinal, endedMs = -Infinity }) => isFinal && endedMs > (segment.endedMs ?? Infinity));
  return later < 0 ? [...segments, segment] : segments.toSpliced(later, 0, segment);
}

/** Joined with blanks. */
export const segmentsText = (segments: readonly TurnSegment[]): string =>
  segments.flatMap(({ text }) => (text === '' ? [] : [text])).join(' ');

/** A segment that was taken as it stood, or forgotten, before it was final. */
export interface SettledSegment {
  readonly segmentId: string;
  /** As it was taken; undefined: it is forgotten, with all that may still come of it. */
  readonly text: string | undefined;
}

/** So many are remembered: far more than an STT has open at a time. */
const mostSettled = 100;

/** @param taken False: they are forgotten. */
export const settle = (
  settled: readonly SettledSegment[],
  segments: readonly TurnSegment[],
  { taken }: { readonly taken: boolean },
): readonly SettledSegment[] => {
  const open = segments.filter(({ isFinal, text }) => !isFinal && (text !== '' || !taken));
  if (open.length === 0) return settled;
  return [...settled, ...open.map(({ segmentId, text }) => ({ segmentId, text: taken ? text : undefined }))].slice(-mostSettled);
};

/**
 * What the final of a segment says beyond what was taken of it before: only that is new. Case, punctuation and a word that was corrected
 * since make no difference.
 */
export const beyondTaken = (taken: string, text: string): string => text.slice(alignedEnd(text, taken, Infinity)).trim();
