/** What a transcript says of the caller: words, or a remark in their place. */
export interface CallerWords {
  readonly text: string;
  /** The recogniser's own words: it heard speech, and could not tell what. */
  readonly isRemark: boolean;
}

/** The local recogniser writes `[not understood]` for speech that it does not know; nobody speaks in brackets. Others leave it empty. */
export function callerWords(transcript: string): CallerWords {
  const remark = /^\[(.*)\]$/s.exec(transcript)?.[1];
  if (remark !== undefined) return { text: remark, isRemark: true };
  return transcript === '' ? { text: 'not understood', isRemark: true } : { text: transcript, isRemark: false };
}
