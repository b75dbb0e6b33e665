import type { AgentEvent, AgentState, UserState } from '@parley/core';
import { type CallRecord, offsetOf } from './call-record.js';

/** A stretch of the recording in which a party was in one state. */
export interface StateSpan<State extends string> {
  readonly state: State;
  readonly startMs: number;
  readonly endMs: number;
}

/** The agent's states from the first sample to the last, without gaps. */
export function agentSpans(record: CallRecord): readonly StateSpan<AgentState>[] {
  return spans<AgentState>(record, 'initializing', (event) => (event.type === 'agent-state-changed' ? event.newState : undefined));
}

/** The caller's states from the first sample to the last, without gaps. */
export function userSpans(record: CallRecord): readonly StateSpan<UserState>[] {
  return spans<UserState>(record, 'listening', (event) => (event.type === 'user-state-changed' ? event.newState : undefined));
}

function spans<State extends string>(
  record: CallRecord,
  first: State,
  stateOf: (event: AgentEvent) => State | undefined,
): readonly StateSpan<State>[] {
  const result: StateSpan<State>[] = [];
  let state = first;
  let startMs = 0;
  const push = (endMs: number) => {
    if (endMs <= startMs) return;
    const last = result.at(-1);
    // A stretch of no length may have lain between two of the same state.
    if (last?.state === state) result.pop();
    result.push({ state, startMs: last?.state === state ? last.startMs : startMs, endMs });
  };
  for (const event of record.events) {
    const next = stateOf(event);
    if (next === undefined) continue;
    // A change may be told later than one that happened after it: a lane still runs forward only.
    const atMs = Math.max(startMs, offsetOf(record, event.createdAt));
    push(atMs);
    state = next;
    startMs = atMs;
  }
  push(record.durationMs);
  return result;
}
