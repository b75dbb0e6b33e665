import type { ChatContext } from '../chat/chat-context.js';
import type { AgentEvent, AgentEventOf, AgentEventType, AgentState, UserState } from '../observe/agent-event.js';
import type { AudioFrame } from '../provider/audio-frame.js';
import type { ToolChoice } from '../provider/tool-specification.js';
import type { ToolsInput } from '../tools/tool-list.js';
import type { OverridableOptions } from './agent-options.js';
import type { SpeechHandle } from './speech-handle.js';

/** What is null is as if it were not given. */
export interface SayOptions {
  /** Recorded beforehand: played as it is, and the TTS is not called. */
  readonly audio?: Iterable<AudioFrame> | AsyncIterable<AudioFrame> | null | undefined;
  readonly allowInterruptions?: boolean | null | undefined;
  /** Higher goes first among the speeches that wait; equal ones in the order of their creation. Default 0. */
  readonly priority?: number | null | undefined;
  /** Whether it enters the history. Default true. */
  readonly addToChat?: boolean | null | undefined;
}

/** What is null is as if it were not given. */
export interface GenerateReplyOptions {
  /** Replace the agent's for this reply. */
  readonly instructions?: string | null | undefined;
  /** Are added to the agent's for this reply. */
  readonly additionalInstructions?: string | null | undefined;
  /** Replace the agent's for this reply. */
  readonly tools?: ToolsInput<RunContext> | null | undefined;
  readonly toolChoice?: ToolChoice | null | undefined;
  /** Said by the user in writing: enters the history first. */
  readonly userInput?: string | null | undefined;
  readonly allowInterruptions?: boolean | null | undefined;
  /** Higher goes first among the speeches that wait; equal ones in the order of their creation. Default 0. */
  readonly priority?: number | null | undefined;
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
  readonly waitForPlayout: () => Promise<void>;
  /** From now on nobody interrupts this speech, so that the tool can finish. @throws {Error} It was interrupted already. */
  readonly disallowInterruptions: () => void;
  /**
   * Reports how far the tool is: text as it is, anything else as JSON. The first report answers the call and releases the turn: the agent
   * speaks of it and listens, and an interruption no longer ends the tool. Later reports, and the result, are told by a reply of their own
   * once nobody speaks. Does nothing once the call was aborted.
   *
   * @throws {TypeError} JSON cannot hold it.
   * @throws {Error} The tool has returned already.
   */
  readonly update: (progress: unknown) => void;
  /** Has something said while the tool runs and nobody speaks. Ends with the tool, or when it is stopped or disposed of. */
  readonly filler: (source: FillerSource, options?: FillerOptions) => FillerHandle;
  /**
   * For a tool that has released its turn: waits until nobody speaks, then does this, such as a question to the user, without another
   * tool's report in between; the session counts as busy meanwhile. In a turn that waits for the tool it is done at once.
   *
   * Rejects with the signal's reason if the call is aborted before its turn came.
   */
  readonly foreground: <T>(work: () => T | Promise<T>) => Promise<T>;
}

/** What a filler says: always the same, or by how often it has spoken, from 0 on; nothing this time, if it gives no text. */
export type FillerSource = string | ((step: number) => string | undefined | Promise<string | undefined>);

/** Times in milliseconds. */
export interface FillerOptions {
  /** How long nobody has spoken before it speaks. Default 2,000. */
  readonly delayMs?: number | undefined;
  /** The same, for each further time; null: it speaks once. Default null. */
  readonly intervalMs?: number | null | undefined;
}

export interface FillerHandle extends Disposable {
  /** Says no more. */
  stop(): void;
}

/** A tool call that has not ended. */
export interface RunningToolCall {
  readonly callId: string;
  readonly name: string;
  readonly argumentsJson: string;
  /** The turn that it was made in no longer waits for it. */
  readonly isReleased: boolean;
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
  interrupt(options?: { readonly force?: boolean | null | undefined }): void;
  commitUserTurn(): void;
  clearUserTurn(): void;
  /** Changes options for the rest of the call, at once. What is absent stays as it is. @throws {TypeError} One of them is wrong. */
  updateOptions(change: OverridableOptions): void;
  /** Another agent, made by `new Agent(…)`, takes over. */
  updateAgent(agent: AgentIdentity, options?: UpdateAgentOptions): Promise<void>;
  readonly runningToolCalls: readonly RunningToolCall[];
  /** @throws {ToolError} No such call runs, or it cannot be cancelled. */
  cancelToolCall(callId: string): void;
  /**
   * Settles when nobody speaks, nothing is queued and no turn waits for a tool; what waits for the tool which asks, or for a task which
   * waits for the caller, does not count.
   */
  waitForIdle(): Promise<void>;
  /** Lets what is under way be finished, for at most `timeoutMs` (10,000 by default), then closes. */
  drain(options?: { readonly timeoutMs?: number | null | undefined }): Promise<void>;
  close(): Promise<void>;
}
