import { inShort } from '../chat/in-short.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import type { Clock } from '../provider/clock.js';

/** What an agent did, as the history has it: what the user said is not among it. */
export type RunItem = Extract<ConversationItem, { readonly type: 'message' | 'tool-call' | 'tool-output' | 'agent-handoff' }>;

export interface RunEvent {
  /** When it entered the history, in milliseconds from the beginning of the run. */
  readonly atMs: number;
  readonly item: RunItem;
}

/** What happened in a run. */
export interface RunRecord {
  /** Absent for what an agent did at the start of a session. */
  readonly userInput: string | undefined;
  readonly events: readonly RunEvent[];
  readonly durationMs: number;
  readonly clock: Clock;
}

/** The run in lines: when, and what happened; with a mark at one event. */
export function runTimeline({ userInput, events, durationMs }: RunRecord, markedIndex?: number): string {
  const head = userInput === undefined ? [] : [line(0, `     user: ${userInput}`)];
  const lines = events.map(({ atMs, item }, index) =>
    line(atMs, `${`[${index}]`.padEnd(4)} ${inShort(item)}${index === markedIndex ? '   <-- here' : ''}`),
  );
  return [...head, ...lines, line(durationMs, '     the end')].join('\n');
}

const line = (atMs: number, text: string): string => `${String(Math.round(atMs)).padStart(8)} ms  ${text}`;
