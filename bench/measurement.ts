import type { BenchRow } from './bench-row.js';

export interface MeasureOptions {
  /** Less of everything: a minute or two for all measurements together. */
  readonly isQuick: boolean;
}

export type Measure = (options: MeasureOptions) => Promise<readonly BenchRow[]>;

export interface Measurement {
  /** What one types after `--only`. */
  readonly name: string;
  readonly about: string;
  /** How often it is run, each time in a process of its own; 0: left out. */
  readonly runs: { readonly full: number; readonly quick: number };
  /** For the process that it runs in. */
  readonly nodeFlags?: readonly string[];
  /** Loaded in that process only: nothing of the project is imported before it was built. */
  readonly load: () => Promise<Measure>;
}
