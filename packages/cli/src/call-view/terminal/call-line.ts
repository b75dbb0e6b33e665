/** How a piece of text is shown; colours are the terminal's matter. */
export type Tone = 'plain' | 'caller' | 'agent' | 'tool' | 'dim' | 'struck' | 'problem';

export interface LinePart {
  readonly text: string;
  readonly tone: Tone;
}

/** One thing that happened in a call, as a line of a terminal. */
export interface CallLine {
  /** Since the call began. */
  readonly atMs: number;
  /** Who or what it is about; at most eight characters. */
  readonly label: LinePart;
  readonly parts: readonly LinePart[];
}
