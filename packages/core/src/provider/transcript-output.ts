export interface TranscriptOutput extends AsyncDisposable {
  /** In step with playout for the agent; replaced by segment for the user. */
  write(part: { readonly speaker: 'user' | 'agent'; readonly segmentId: string; readonly text: string; readonly final: boolean }): void;
}
