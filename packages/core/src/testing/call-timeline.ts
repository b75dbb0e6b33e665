import { inShort } from '../chat/in-short.js';
import type { AgentEvent } from '../observe/agent-event.js';
import type { ScriptProblem } from './script-problems.js';

/** An event, and when it was emitted on the clock. */
export interface TimedEvent {
  readonly atMs: number;
  readonly event: AgentEvent;
}

/**
 * A call in lines, for people: when, and what happened; what went otherwise than scripted is marked with `>>` in its place. Metrics and
 * usage are left out.
 */
export function callTimeline(events: readonly TimedEvent[], problems: readonly ScriptProblem[] = []): string {
  const happened = events.flatMap(({ atMs, event }) => {
    const text = eventInShort(event);
    return text === undefined ? [] : [{ atMs, text: `   ${text}` }];
  });
  const endMs = Math.max(0, ...happened.map(({ atMs }) => atMs));
  const marked = problems.map(({ problem, atMs = endMs }) => ({ atMs, text: `>> ${problem}` }));
  // A problem after what happened at the same time.
  const lines = [...happened, ...marked].toSorted((one, other) => one.atMs - other.atMs);
  return lines.map(({ atMs, text }) => `${String(Math.round(atMs)).padStart(8)} ms  ${text}`).join('\n');
}

function eventInShort(event: AgentEvent): string | undefined {
  switch (event.type) {
    case 'agent-state-changed':
      return `agent ${event.newState}`;
    case 'user-state-changed':
      return `user ${event.newState}`;
    case 'user-input-transcribed':
      return `heard${event.isFinal ? '' : ' so far'}: ${event.transcript}`;
    case 'conversation-item-added':
      return `history: ${inShort(event.item)}`;
    case 'tool-updated':
      return `tool ${event.name} ${event.status}`;
    case 'false-interruption':
      return `false interruption of ${event.speechId}${event.resumed ? ', which goes on' : ''}`;
    case 'recovered':
      return `recovered, ${event.source}: ${event.action}`;
    case 'dtmf':
      return `digit ${event.digit}`;
    case 'error':
      return `error, ${event.source}: ${event.error.message}`;
    case 'close':
      return `closed: ${event.reason}`;
    default:
      return undefined;
  }
}
