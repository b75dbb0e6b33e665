import type { AgentEvent } from '@parley/core';

/** A call that is over, or was stopped: what its session told, on the time axis of its recording. */
export interface CallRecord {
  readonly events: readonly AgentEvent[];
  /** The instant of the recording's first sample, in milliseconds since the epoch. */
  readonly startedAt: number;
  /** Length of the recording. */
  readonly durationMs: number;
}

/** Where an instant (milliseconds since the epoch) lies in the recording, kept within it. */
export function offsetOf(record: Pick<CallRecord, 'startedAt' | 'durationMs'>, instant: number): number {
  return Math.min(Math.max(0, instant - record.startedAt), record.durationMs);
}
