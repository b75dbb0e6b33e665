import type { ChatContext } from '../chat/chat-context.js';
import type { AgentEvent, AgentEventOf, AgentEventType, AgentState, UserState } from '../observe/agent-event.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { ToolChoice } from '../provider/tool-specification.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { OverridableOptions } from './agent-options.js';
import type { SpeechHandle } from './speech-handle.js';

export interface SayOptions {
  /** Recorded beforehand: played as it is, and the TTS is not called. */
  readonly audio?: Iterable<AudioFrame> | AsyncIterable<AudioFrame> | undefined;
  readonly allowInterruptions?: boolean | undefined;
  /** Higher goes first among the speeches that wait; equal ones in the order of their creation. Default 0. */
  readonly priority?: number | undefined;
  /** Whether it enters the history. Default true. */
  readonly addToChat?: boolean | undefined;
}

export interface GenerateReplyOptions {
  /** Replace the agent's for this reply. */
  readonly instructions?: string | undefined;
  /** Are added to the agent's for this reply. */
  readonly additionalInstructions?: string | undefined;
  /** Replace the agent's for this reply. */
  readonly tools?: ToolsInput<RunContext> | undefined;
  readonly toolChoice?: ToolChoice | undefined;
  /** Said by the user in writing: enters the history first. */
  readonly userInput?: string | undefined;
  readonly allowInterruptions?: boolean | undefined;
  /** Higher goes first among the speeches that wait; equal ones in the order of their creation. Default 0. */
  readonly priority?: number | undefined;
}

export interface UpdateAgentOptions {
  /** The new agent also knows what those before it know. Default false: it knows its own `chatContext`. */
  readonly carryContext?: boolean | null | undefined;
}

/** What everybody may see of an agent. */
export interface AgentIdentity {
  readonly label: string;
  readonly instructions: string;
}

/** What a tool is told of the call it is part of. */
export interface RunContext<UserData = unknown> {
  readonly session: Session<UserData>;
  readonly userData: UserData;
  /** The speech whose model called the tool. */
  readonly speechHandle: SpeechHandle;
  readonly functionCall: { readonly callId: string; readonly name: string; readonly argumentsJson: string };
  /** The same for all tries of one call: it can serve as an idempotency key. */
  readonly toolCallId: string;
  /** Fires when the speech is interrupted or the session closes; never for a tool marked `uninterruptible` while the session lasts. */
  readonly signal: AbortSignal;
  /** Settles when what the agent said along with the call was played out. */
  waitForPlayout(): Promise<void>;
  /** From now on nobody interrupts this speech, so that the tool can finish. @throws {Error} It was interrupted already. */
  disallowInterruptions(): void;
}

/** What agents and tools see of the session they run in. */
export interface Session<UserData = unknown> {
  readonly id: string;
  readonly userData: UserData;
  readonly history: ChatContext;
  readonly agent: AgentIdentity | undefined;
  readonly agentState: AgentState;
  readonly userState: UserState;
  readonly currentSpeech: SpeechHandle | undefined;
  on<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void;
  once<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void;
  off<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void;
  events(): AsyncIterableIterator<AgentEvent, undefined>;
  say(text: string | AsyncIterable<string>, options?: SayOptions): SpeechHandle;
  generateReply(options?: GenerateReplyOptions): SpeechHandle;
  /** Ends what is said and what is queued, up to the first protected speech; all of it by `force`. */
  interrupt(options?: { readonly force?: boolean }): void;
  commitUserTurn(): void;
  clearUserTurn(): void;
  /** Changes options for the rest of the call, at once. What is absent stays as it is. @throws {TypeError} One of them is wrong. */
  updateOptions(change: OverridableOptions): void;
  /** Another agent, made by `new Agent(…)`, takes over. */
  updateAgent(agent: AgentIdentity, options?: UpdateAgentOptions): Promise<void>;
  /** Settles when nobody speaks, nothing is queued and no tool runs; what waits for a task, which waits for the caller, does not count. */
  waitForIdle(): Promise<void>;
  /** Lets what is under way be finished, for at most `timeoutMs` (10,000 by default), then closes. */
  drain(options?: { readonly timeoutMs?: number | null | undefined }): Promise<void>;
  close(): Promise<void>;
}
