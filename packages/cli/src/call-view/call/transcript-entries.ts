import type { AgentEvent, AgentEventOf } from '@parley/core';
import { type CallRecord, offsetOf } from './call-record.js';
import { contentText } from './content-text.js';
import { type SpeechStretches, speechStretches, stretchAt } from './speech-stretches.js';
import { toolCallText } from './tool-text.js';
import type { TranscriptEntry } from './transcript-entry.js';

/**
 * What was said and done in a call, in the order in which it began. The history has one item per message; here each gets the stretch of
 * the recording in which it is heard.
 */
export function transcriptEntries(record: CallRecord): readonly TranscriptEntry[] {
  const speech = speechStretches(record);
  const entries = record.events.flatMap((event) => entriesOf(event, record, speech));
  // Equal starts keep the order in which they were told.
  return entries.toSorted((a, b) => a.startMs - b.startMs);
}

function entriesOf(event: AgentEvent, record: CallRecord, speech: SpeechStretches): readonly TranscriptEntry[] {
  const atMs = offsetOf(record, event.createdAt);
  const note = (text: string, isProblem = false): readonly TranscriptEntry[] => [
    { type: 'note', startMs: atMs, endMs: atMs, text, isProblem },
  ];
  switch (event.type) {
    case 'conversation-item-added':
      return itemEntries(event, atMs, speech);
    case 'tools-executed':
      return toolEntries(event, record);
    case 'false-interruption':
      return note(event.resumed ? 'A noise stopped the agent; it went on where it had stopped.' : 'A noise stopped the agent.');
    case 'recovered':
      return note(`Recovered from a failure (${event.source}): ${event.action}`, true);
    case 'error':
      return note(`Error (${event.source}): ${event.error.message}`, true);
    case 'dtmf':
      return note(`Key pressed: ${event.digit}`);
    case 'close':
      return event.error === undefined ? [] : note(`The call ended by an error: ${event.error.message}`, true);
    default:
      return [];
  }
}

function itemEntries(event: AgentEventOf<'conversation-item-added'>, atMs: number, speech: SpeechStretches): readonly TranscriptEntry[] {
  const { item } = event;
  if (item.type === 'agent-handoff' && item.fromAgent !== undefined) {
    return [{ type: 'note', startMs: atMs, endMs: atMs, text: `${item.fromAgent} handed over to ${item.toAgent}.`, isProblem: false }];
  }
  if (item.type !== 'message' || (item.role !== 'user' && item.role !== 'assistant')) return [];
  const speaker = item.role === 'user' ? 'caller' : 'agent';
  const { startMs, endMs } = stretchAt(speech[speaker], atMs) ?? { startMs: atMs, endMs: atMs };
  const unheard = event.unheardText === undefined || event.unheardText === '' ? {} : { unheardText: event.unheardText };
  return [{ type: 'message', speaker, startMs, endMs, text: contentText(item), interrupted: item.interrupted === true, ...unheard }];
}

function toolEntries(event: AgentEventOf<'tools-executed'>, record: CallRecord): readonly TranscriptEntry[] {
  return event.calls.map((call) => ({
    type: 'tool',
    startMs: offsetOf(record, call.startedAt),
    endMs: offsetOf(record, call.endedAt),
    call: toolCallText(call.name, call.argumentsJson),
    output: call.output,
    isError: call.isError,
  }));
}
