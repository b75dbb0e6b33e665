import type { CallOptions } from '@parley/core/provider';

/** A call of a rule: what a plugin is given, and the way to abort it. */
export interface TrialCall {
  /** To be spread into the request. */
  readonly options: CallOptions;
  /** With an `Error` named `AbortError`, as core does. */
  abort(): void;
}

export interface TrialCallOptions {
  /** `real` where durations are measured. Default: the trial's own, which moves only when told to. */
  readonly clock?: 'trial' | 'real' | undefined;
  readonly callId?: string | undefined;
}
