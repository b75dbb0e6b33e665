import type { Clock } from '@parley/core/provider';

/** A stream of the process, as far as it is used. */
export interface Screen {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  hasColors?(): boolean;
}

/** What a command is given by whoever starts it. */
export interface Surroundings {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** What relative paths start from. */
  readonly folder: string;
  /** For what was asked for. */
  readonly screen: Screen;
  /** For the log, and for what goes wrong. */
  readonly errors: Screen;
  readonly clock: Clock;
}
