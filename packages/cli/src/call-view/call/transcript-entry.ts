/** One line of a call's transcript. Times are offsets into the recording. */
export type TranscriptEntry =
  | {
      readonly type: 'message';
      readonly speaker: 'caller' | 'agent';
      readonly startMs: number;
      readonly endMs: number;
      /** What was said, and for the agent: what was heard of it. */
      readonly text: string;
      /** What the agent would have gone on to say. */
      readonly unheardText?: string;
      readonly interrupted: boolean;
    }
  | {
      readonly type: 'tool';
      readonly startMs: number;
      readonly endMs: number;
      readonly call: string;
      readonly output: string;
      readonly isError: boolean;
    }
  /** What else happened: a recovery, an error, a hand-off. */
  | { readonly type: 'note'; readonly startMs: number; readonly endMs: number; readonly text: string; readonly isProblem: boolean };
