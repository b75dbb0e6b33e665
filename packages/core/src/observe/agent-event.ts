import type { ConversationItem } from '../chat/conversation-item.js';
import type { ProviderErrorKind } from '../provider/provider-error-fields.js';
import type { Usage } from '../provider/receipt-event.js';

export type AgentState = 'initializing' | 'listening' | 'thinking' | 'speaking';
export type UserState = 'listening' | 'speaking' | 'away';

/** What made the agent speak. */
export type SpeechSource = 'say' | 'generate-reply' | 'user-turn' | 'tool-report' | 'reply-failed';

/** The part of a session in which something failed. */
export type ErrorSource =
  | 'stt'
  | 'llm'
  | 'tts'
  | 'vad'
  | 'turn-detector'
  | 'audio-input'
  | 'audio-output'
  | 'tool'
  | 'toolset'
  | 'hook'
  | 'session';

/** An error as plain data. `message` holds no key and no caller's words. */
export interface ErrorReport {
  readonly name: string;
  readonly message: string;
  readonly kind?: ProviderErrorKind;
  readonly provider?: string;
  readonly status?: number;
  readonly retryable?: boolean;
}

export type CloseReason = 'user' | 'input-ended' | 'error' | 'drained';

/** A tool call and what came of it. */
export interface ExecutedToolCall {
  readonly callId: string;
  readonly name: string;
  /** As the LLM wrote it, or as repaired. */
  readonly argumentsJson: string;
  readonly output: string;
  readonly isError: boolean;
  /** When it began and ended, in milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

/**
 * One reply, by stage, in milliseconds. For a reply to a user turn, `endOfTurnDelayMs + hookMs + replyDelayMs` is `responseDelayMs`: the
 * silence from the end of the user's voice to the agent's first sound. If tools were called without a word, so it is for the first reply
 * after them that is heard.
 */
export interface TurnMetrics {
  readonly speechId: string;
  /** 0 for the first reply of a speech, then one more for each that follows tool calls. */
  readonly step: number;
  /** When the user's voice began and ended, and the final transcript came; absent for speech that answers no user turn. */
  readonly userStartedAt?: number;
  readonly userStoppedAt?: number;
  /** From the end of the voice to the final transcript. */
  readonly transcriptionDelayMs?: number;
  /** From the end of the voice to the decision that the turn is over. */
  readonly endOfTurnDelayMs?: number;
  /** Time spent in `onUserTurnCompleted`. */
  readonly hookMs?: number;
  /** From the turn's acceptance (or the request for a reply, or the tools' results) to the first sound. */
  readonly replyDelayMs?: number;
  /** From the LLM's start (which may lie before the turn's end) to its first token, and to the first text given to the TTS. */
  readonly llmFirstTokenMs?: number;
  readonly llmFirstSentenceMs?: number;
  /** What the LLM says it wrote, over the time from its first token to its last; absent if that cannot be told. */
  readonly llmTokensPerSecond?: number;
  /** From the first text given to the TTS to its first audio. */
  readonly ttsFirstAudioMs?: number;
  /** From the end of the user's voice to the first sound. */
  readonly responseDelayMs?: number;
  /** When playout began and ended, and how much of the reply was heard. */
  readonly playoutStartedAt?: number;
  readonly playoutEndedAt?: number;
  readonly playedMs: number;
  readonly interrupted: boolean;
}

/** What one model has used so far in this session, thrown-away work included. */
export interface ModelUsage {
  readonly kind: 'llm' | 'stt' | 'tts';
  readonly provider: string;
  readonly model: string;
  readonly usage: Usage;
}

type Body =
  | { readonly type: 'agent-state-changed'; readonly oldState: AgentState; readonly newState: AgentState }
  | { readonly type: 'user-state-changed'; readonly oldState: UserState; readonly newState: UserState }
  | {
      readonly type: 'user-input-transcribed';
      readonly segmentId: string;
      readonly transcript: string;
      readonly isFinal: boolean;
      readonly language?: string;
      readonly speaker?: string;
    }
  /**
   * The user spoke, and the STT has made no text of it within `transcriptionTimeoutMs`. `speechMs` is how long they have spoken in all since
   * `speechStartedAt`, pauses aside; if they go on in vain it is told again, with both stretches.
   */
  | { readonly type: 'transcription-timeout'; readonly speechMs: number; readonly speechStartedAt: number }
  /**
   * `commitUserTurn` was called, and the STT has not said within 500 ms all that was asked of it. `transcript` is what was taken for the turn as
   * it stood: empty, if there was none. What still comes of what was said before is answered the moment it comes.
   */
  | { readonly type: 'turn-commit-overdue'; readonly transcript: string }
  /** `unheardText` is what an interrupted reply would have gone on to say: shown by tools, never part of the history. */
  | { readonly type: 'conversation-item-added'; readonly item: ConversationItem; readonly unheardText?: string }
  | { readonly type: 'speech-created'; readonly speechId: string; readonly source: SpeechSource }
  | { readonly type: 'tools-executed'; readonly speechId: string; readonly calls: readonly ExecutedToolCall[] }
  | {
      readonly type: 'tool-updated';
      readonly speechId: string;
      readonly callId: string;
      readonly name: string;
      readonly status: 'started' | 'updated' | 'ended' | 'failed' | 'aborted';
      /** The id under which the model reads this update or result; absent where there is nothing for it to read yet. */
      readonly outputCallId?: string;
    }
  /** How far a call of a toolset's tool is, in the toolset's own units. */
  | {
      readonly type: 'tool-progress';
      readonly speechId: string;
      readonly callId: string;
      readonly name: string;
      readonly done: number;
      readonly total?: number;
      readonly message?: string;
    }
  /** What tools had to tell after they had released their turns: in one reply, which was heard, cut, or not made. */
  | {
      readonly type: 'tool-reply-updated';
      readonly speechId: string;
      readonly callIds: readonly string[];
      readonly status: 'scheduled' | 'completed' | 'interrupted' | 'skipped';
    }
  | { readonly type: 'false-interruption'; readonly speechId: string; readonly resumed: boolean }
  | { readonly type: 'turn-metrics'; readonly metrics: TurnMetrics }
  | { readonly type: 'usage-updated'; readonly usage: readonly ModelUsage[] }
  /** Something failed and the call goes on: what failed, and what was done. */
  | { readonly type: 'recovered'; readonly source: ErrorSource; readonly action: string }
  | { readonly type: 'dtmf'; readonly digit: string }
  | { readonly type: 'error'; readonly source: ErrorSource; readonly error: ErrorReport; readonly recoverable: boolean }
  /** `unfinished` names what a `drain` did not wait for any longer, as `speech-3 (working)`. */
  | { readonly type: 'close'; readonly reason: CloseReason; readonly error?: ErrorReport; readonly unfinished?: readonly string[] };

/**
 * What a session tells of itself: plain, serialisable data, the one stream that logs, recordings, telemetry and pages read.
 *
 * `createdAt` is when the thing happened, in milliseconds since the epoch; events are emitted in the order in which they became known.
 */
export type AgentEvent = Body & { readonly createdAt: number };
export type AgentEventType = AgentEvent['type'];
/** The event of one type. */
export type AgentEventOf<Type extends AgentEventType> = Extract<AgentEvent, { readonly type: Type }>;
