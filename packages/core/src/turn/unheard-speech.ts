/** Speech of which no text has come. Times are the clock's. */
export interface UnheardSpeech {
  /** When the first stretch of it began. */
  readonly startedMs: number;
  /** Length of its stretches together. */
  readonly speechMs: number;
}

/** One more stretch without text. */
export const addUnheard = (
  before: UnheardSpeech | undefined,
  stretch: { readonly startedMs: number; readonly endedMs: number },
): UnheardSpeech => ({
  startedMs: before?.startedMs ?? stretch.startedMs,
  speechMs: (before?.speechMs ?? 0) + Math.max(0, stretch.endedMs - stretch.startedMs),
});
