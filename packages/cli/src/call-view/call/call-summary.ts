import { callLatencies } from './call-latencies.js';
import type { CallRecord } from './call-record.js';
import { offsetText } from './offset-text.js';

/** The call in a few figures, each a short text: its length, turns, tool calls, interruptions, typical silence, and how it ended. */
export function callSummary(record: CallRecord): readonly string[] {
  const { events } = record;
  const turns = events.filter(
    (event) => event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.role === 'user',
  ).length;
  const tools = events.reduce((count, event) => count + (event.type === 'tools-executed' ? event.calls.length : 0), 0);
  const interruptions = events.filter(
    (event) => event.type === 'conversation-item-added' && event.item.type === 'message' && event.item.interrupted === true,
  ).length;
  const problems = events.filter((event) => event.type === 'error').length;
  const silenceMs = median(callLatencies(events).flatMap((latency) => (latency.userStoppedAt === undefined ? [] : [latency.responseMs])));
  return [
    offsetText(record.durationMs),
    counted(turns, 'caller turn'),
    counted(tools, 'tool call'),
    counted(interruptions, 'interruption'),
    ...(problems === 0 ? [] : [counted(problems, 'error')]),
    ...(silenceMs === undefined ? [] : [`${silenceMs.toFixed(0)} ms silence before a reply (median)`]),
  ];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

function median(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const low = sorted[Math.floor((sorted.length - 1) / 2)];
  const high = sorted[Math.floor(sorted.length / 2)];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
