import type { AgentEvent, AgentState, TurnMetrics, UserState } from '@parley/core';
import type { CallRecord } from '../call-record.js';

/** 2026-03-06 19:00 UTC, a Friday. */
export const sampleStart = Date.UTC(2026, 2, 6, 19);
const at = (offsetMs: number): number => sampleStart + offsetMs;

/** Events with less to write; offsets are into the recording. */
export const agentState = (offsetMs: number, oldState: AgentState, newState: AgentState): AgentEvent => ({ type: 'agent-state-changed', createdAt: at(offsetMs), oldState, newState });
export const userState = (offsetMs: number, oldState: UserState, newState: UserState): AgentEvent => ({ type: 'user-state-changed', createdAt: at(offsetMs), oldState, newState });
export const userSaid = (offsetMs: number, text: string): AgentEvent => ({
  type: 'conversation-item-added',
  createdAt: at(offsetMs),
  item: { type: 'message', id: `user-${offsetMs}`, createdAtMs: at(offsetMs), role: 'user', content: [{ type: 'text', text }] },
});
export const agentSaid = (offsetMs: number, text: string, unheardText?: string): AgentEvent => ({
  type: 'conversation-item-added',
  createdAt: at(offsetMs),
  item: {
    type: 'message',
    id: `agent-${offsetMs}`,
    createdAtMs: at(offsetMs),
    role: 'assistant',
    content: [{ type: 'text', text }],
    ...(unheardText === undefined ? {} : { interrupted: true as const }),
  },
  ...(unheardText === undefined ? {} : { unheardText }),
});
export const transcribed = (offsetMs: number, transcript: string, isFinal: boolean): AgentEvent => ({
  type: 'user-input-transcribed',
  createdAt: at(offsetMs),
  segmentId: 'segment',
  transcript,
  isFinal,
});
export const toolRan = (offsetMs: number, name: string, details: { readonly arguments: unknown; readonly output: string; readonly speechId: string; readonly isError?: boolean }): AgentEvent => ({
  type: 'tools-executed',
  createdAt: at(offsetMs + 2),
  speechId: details.speechId,
  calls: [
    {
      callId: `call-${offsetMs}`,
      name,
      argumentsJson: JSON.stringify(details.arguments),
      output: details.output,
      isError: details.isError ?? false,
      startedAt: at(offsetMs),
      endedAt: at(offsetMs + 2),
    },
  ],
});
export const measured = (offsetMs: number, metrics: Partial<TurnMetrics> & { readonly speechId: string }): AgentEvent => ({
  type: 'turn-metrics',
  createdAt: at(offsetMs),
  metrics: { step: 0, playedMs: 0, interrupted: false, ...metrics },
});

interface SampleTurn {
  readonly id: string;
  /** The caller's voice. */
  readonly heard: readonly [startMs: number, endMs: number];
  readonly said: string;
  /** The agent's voice. */
  readonly spoken: readonly [startMs: number, endMs: number];
  readonly reply: string;
  readonly unheard?: string;
  readonly tool?: { readonly name: string; readonly arguments: unknown; readonly output: string };
}

function turnEvents(turn: SampleTurn): readonly AgentEvent[] {
  const [userStart, userEnd] = turn.heard;
  const [start, end] = turn.spoken;
  const decided = userEnd + 512;
  const tool = turn.tool === undefined ? [] : [toolRan(decided + 4, turn.tool.name, { ...turn.tool, speechId: turn.id }), measured(decided + 7, { speechId: turn.id, userStoppedAt: at(userEnd), endOfTurnDelayMs: 512, transcriptionDelayMs: 430, llmFirstTokenMs: 3 })];
  return [
    userState(userStart, 'listening', 'speaking'),
    transcribed(userEnd + 430, turn.said, true),
    userState(userEnd, 'speaking', 'listening'),
    userSaid(decided, turn.said),
    agentState(decided, 'listening', 'thinking'),
    ...tool,
    agentState(start, 'thinking', 'speaking'),
    agentState(end, 'speaking', 'listening'),
    agentSaid(end, turn.reply, turn.unheard),
    measured(end, {
      speechId: turn.id,
      step: turn.tool === undefined ? 0 : 1,
      userStartedAt: at(userStart),
      userStoppedAt: at(userEnd),
      transcriptionDelayMs: 430,
      endOfTurnDelayMs: 512,
      llmFirstTokenMs: 1,
      llmFirstSentenceMs: 4,
      ttsFirstAudioMs: start - decided - 8,
      replyDelayMs: start - decided,
      responseDelayMs: start - userEnd,
      playoutStartedAt: at(start),
      playoutEndedAt: at(end),
      playedMs: end - start,
      interrupted: turn.unheard !== undefined,
    }),
  ];
}

/** A made-up call of six turns with a barge-in, in the words of the front desk. */
export const sampleCall: CallRecord = {
  startedAt: sampleStart,
  durationMs: 57_600,
  events: [
    agentState(0, 'initializing', 'listening'),
    agentState(60, 'listening', 'speaking'),
    agentState(3900, 'speaking', 'listening'),
    agentSaid(3900, 'Good evening, this is the Copper Kettle. How can I help you?'),
    measured(3900, { speechId: 'greeting', replyDelayMs: 58, ttsFirstAudioMs: 55, playoutStartedAt: at(60), playoutEndedAt: at(3900), playedMs: 3840 }),
    ...turnEvents({ id: 'turn-1', heard: [5600, 7900], said: 'hello what time do you open on sunday', spoken: [8472, 12_300], reply: 'On Sunday we are open from noon until ten in the evening.' }),
    ...turnEvents({
      id: 'turn-2',
      heard: [14_500, 17_950],
      said: 'i would like to book a table for four people on friday at seven',
      spoken: [18_530, 25_370],
      reply: 'Thank you. You have a table for four on Friday at seven. On Friday the kitchen closes at ten, and we',
      unheard: 'keep your table for half an hour. If you are late, please call us. Is there anything else that I can do for you?',
      tool: { name: 'book_table', arguments: { day: 'friday', time: 'seven', size: 'four' }, output: 'Booked: a table for four on Friday at seven.' },
    }),
    ...turnEvents({ id: 'turn-3', heard: [24_800, 26_600], said: "no make it eight o'clock please", spoken: [27_190, 30_700], reply: 'Of course. Your table for four is on Friday at eight.', tool: { name: 'change_time', arguments: { time: 'eight' }, output: 'Changed: Friday at eight.' } }),
    ...turnEvents({ id: 'turn-4', heard: [33_100, 35_300], said: '[not understood]', spoken: [35_860, 40_800], reply: 'I am sorry, I did not understand that. You can ask when we are open, or book a table.' }),
    ...turnEvents({ id: 'turn-5', heard: [43_000, 44_200], said: 'what did i book', spoken: [44_790, 47_900], reply: 'You have a table for four on Friday at eight.', tool: { name: 'show_booking', arguments: {}, output: 'A table for four on Friday at eight.' } }),
    ...turnEvents({ id: 'turn-6', heard: [50_200, 52_100], said: 'that is all thank you goodbye', spoken: [52_660, 55_400], reply: 'Thank you for calling. Goodbye.' }),
    { type: 'close', createdAt: at(57_600), reason: 'input-ended' },
  ],
};
