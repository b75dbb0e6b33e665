import type { BenchRow } from './bench-row.js';
import type { Subject } from './subject.js';

export interface MeasureOptions {
  /** Less of everything: some minutes for all measurements together. */
  readonly isQuick: boolean;
  /** Whose sessions to measure. Rows of the same name are shown side by side. */
  readonly subject: Subject;
}

export type Measure = (options: MeasureOptions) => Promise<readonly BenchRow[]>;

export interface Measurement {
  /** What one types after `--only`. */
  readonly name: string;
  readonly about: string;
  /** How often it is run, each time in a process of its own; 0: left out. */
  readonly runs: { readonly full: number; readonly quick: number };
  /** How often the peer is measured in the same way, in turns with ours; absent: not at all. */
  readonly peerRuns?: { readonly full: number; readonly quick: number };
  /** For the process that it runs in. */
  readonly nodeFlags?: readonly string[];
  /** Loaded in that process only: nothing of the project is imported before it was built. */
  readonly load: () => Promise<Measure>;
}
