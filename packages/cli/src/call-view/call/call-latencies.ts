import type { AgentEvent, ExecutedToolCall, TurnMetrics } from '@parley/core';
import { type TurnLatency, turnLatency } from './turn-latency.js';

/** The latency of each speech that was heard, in the order of the call. */
export function callLatencies(events: readonly AgentEvent[]): readonly TurnLatency[] {
  const steps = new Map<string, TurnMetrics[]>();
  const calls = new Map<string, ExecutedToolCall[]>();
  for (const event of events) {
    if (event.type === 'turn-metrics') append(steps, event.metrics.speechId, [event.metrics]);
    if (event.type === 'tools-executed') append(calls, event.speechId, event.calls);
  }
  return [...steps].flatMap(([speechId, metrics]) => {
    const latency = turnLatency(metrics, calls.get(speechId) ?? []);
    return latency === undefined ? [] : [latency];
  });
}

function append<Value>(map: Map<string, Value[]>, key: string, values: readonly Value[]): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [...values]);
  else list.push(...values);
}
