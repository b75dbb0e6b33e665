/** One sentence of the recorded caller. */
export interface CallerLine {
  /** When the voice begins, in milliseconds from the start of the recording. */
  readonly atMs: number;
  /** As it is written for the voice: without commas, which would make it pause as if the turn were over. */
  readonly text: string;
  /** What it is there to show. */
  readonly purpose: 'hours' | 'booking' | 'barge-in' | 'not understood' | 'check' | 'goodbye';
}

/**
 * What the caller says, and when. The agent's replies were measured (rms, 2.4 to 16 s); each pause leaves them at least 2 s more than they
 * take, for slow machines. The third line comes where the long reply to the second is in its middle: it may be 3 s late and still be there.
 */
export const callerScript: readonly CallerLine[] = [
  { atMs: 6000, text: 'hello what time do you open on sunday?', purpose: 'hours' },
  { atMs: 15_500, text: 'i would like to book a table for four people on friday at seven.', purpose: 'booking' },
  { atMs: 27_900, text: "no make it eight o'clock please.", purpose: 'barge-in' },
  { atMs: 37_000, text: 'do you have a swimming pool with warm water?', purpose: 'not understood' },
  { atMs: 48_500, text: 'what did i book?', purpose: 'check' },
  { atMs: 55_500, text: 'thank you goodbye.', purpose: 'goodbye' },
];

/** Length of the recording: the last reply and 2 s more. */
export const callerDurationMs = 62_500;
