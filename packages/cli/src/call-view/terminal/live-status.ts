import type { AgentEvent, AgentState, UserState } from '@parley/core';
import type { TranscriptOutput } from '@parley/core/provider';
import { printableText } from './printable-text.js';

/** What is going on at this moment, and will be something else in the next. */
export interface LiveStatus {
  readonly agentState: AgentState;
  readonly userState: UserState;
  /** Words not yet final: the caller's as understood so far, the agent's as far as they were heard. */
  readonly callerText: string;
  readonly agentText: string;
}

type TranscriptPart = Parameters<TranscriptOutput['write']>[0];

export const quietStatus: LiveStatus = { agentState: 'initializing', userState: 'listening', callerText: '', agentText: '' };

/** The status after an event. Text that became final is shown elsewhere, and goes. */
export function statusAfterEvent(status: LiveStatus, event: AgentEvent): LiveStatus {
  switch (event.type) {
    case 'agent-state-changed':
      return { ...status, agentState: event.newState };
    case 'user-state-changed':
      return { ...status, userState: event.newState };
    case 'user-input-transcribed':
      return { ...status, callerText: event.isFinal ? '' : event.transcript };
    case 'conversation-item-added':
      return event.item.type === 'message' && event.item.role === 'assistant' ? { ...status, agentText: '' } : status;
    default:
      return status;
  }
}

/** The status after a piece of transcript: the agent's words come in step with its voice. */
export function statusAfterTranscript(status: LiveStatus, part: TranscriptPart): LiveStatus {
  if (part.speaker === 'user') return { ...status, callerText: part.final ? '' : part.text };
  return { ...status, agentText: part.final ? '' : part.text };
}

/** One row: who is speaking, and the words so far. */
export function statusText(status: LiveStatus, columns: number): string {
  const caller = `caller ${status.userState === 'speaking' ? '●' : '○'} ${status.userState}`;
  const agent = `agent ${status.agentState === 'speaking' ? '●' : '○'} ${status.agentState}`;
  const words = status.userState === 'speaking' || status.callerText !== '' ? status.callerText : status.agentText;
  const row = `  ${caller.padEnd(20)}  ${agent.padEnd(21)}  ${printableText(words)}`;
  const room = Math.max(1, columns - 1);
  // The end of the words is what is new.
  return row.length <= room ? row.trimEnd() : `${row.slice(0, 47)}…${row.slice(-(room - 48))}`.slice(0, room);
}
