import { ChatContext, isChatContext } from '../chat/chat-context.js';
import type { ChatItem } from '../provider/chat-item.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import type { STTEvent, STTRequest } from '../provider/stt.js';
import type { TTSEvent, TTSRequest } from '../provider/tts.js';
import type { Tool } from '../tools/tool.js';
import { ownTools, type ToolsInput, toolList, toolsToCome } from '../tools/tool-list.js';
import type { AgentOptions } from './agent-constructor-options.js';
import type { OverridableOptions } from './agent-options.js';
import { checkAgentOptions, checkUpdate, mergeOptions, optionChecks, shown } from './check-options.js';
import { functionToolsOf } from './function-tool.js';
import type { RunContext, Session } from './session.js';

const brand = Symbol.for('parley.agent');

/** What the user said, for `onUserTurnCompleted` to look at and change. */
export interface UserTurnCompleted {
  /** A copy of what the agent knows, without the new message; set it to have the reply made on something else. */
  chatContext: ChatContext;
  /** Set it to change the text; empty it, or throw `StopResponse`, for no reply. */
  text: string;
}

/** A turn that has become longer than `userTurnLimit`. */
export interface UserTurnExceeded {
  /** All that was heard of it, text that may still change included. */
  readonly text: string;
  readonly words: number;
  readonly durationMs: number;
}

/** A session's side of an agent: what the default nodes do. */
export interface AgentRuntime {
  readonly session: Session;
  readonly sttNode: (request: STTRequest) => AsyncIterable<STTEvent>;
  readonly llmNode: (request: LLMRequest) => AsyncIterable<LLMEvent>;
  readonly ttsNode: (request: TTSRequest) => AsyncIterable<TTSEvent>;
  /** Has the agent's LLM answer a conversation in one text, outside of the call; undefined if it fails. */
  readonly ask: (chat: readonly ChatItem[]) => Promise<string | undefined>;
  /** Puts other options in force. @throws {TypeError} They cannot work together with the rest; nothing has changed. */
  readonly changeOptions: (options: OverridableOptions) => void;
  /** @throws {TypeError} The session cannot offer these beside its own. */
  readonly checkTools: (tools: readonly Tool<RunContext>[]) => void;
}

/**
 * Who the caller talks to: instructions, tools, and what it does at the turns of a call. Subclass it to override hooks and nodes.
 *
 * @throws {TypeError} An option is unknown or wrong; names it.
 */
export class Agent {
  readonly [brand] = true;
  readonly label: string;
  #options: OverridableOptions;
  #instructions: string;
  #chatContext: ChatContext;
  #given: ToolsInput<RunContext>;
  #runtime: AgentRuntime | undefined;

  constructor(options: AgentOptions) {
    checkAgentOptions(options);
    const { instructions, label, chatContext, tools, ...overrides } = options;
    this.label = label ?? (new.target.name || 'Agent');
    this.#options = overrides;
    this.#instructions = instructions;
    this.#chatContext = chatContext ?? ChatContext.empty();
    this.#given = ownTools(tools);
  }

  /** Its own, over those of the session. */
  get options(): OverridableOptions {
    return this.#options;
  }

  get instructions(): string {
    return this.#instructions;
  }

  /** Does not change by itself while a session runs: see `session.history`. */
  get chatContext(): ChatContext {
    return this.#chatContext;
  }

  /** Those given and those that `@functionTool` marks. A copy. */
  get tools(): Tool<RunContext>[] {
    return toolList(this.#given, functionToolsOf(this));
  }

  /** The session it runs in. @throws {Error} It runs in none. */
  get session(): Session {
    return this.#active().session;
  }

  /**
   * Changes options, at once in a running session too. What is absent stays as it is.
   *
   * @throws {TypeError} An option is unknown or wrong, or cannot work together with the rest: names it, and nothing has changed.
   */
  updateOptions(change: OverridableOptions): void {
    checkUpdate('Agent.updateOptions', change);
    const options = mergeOptions(this.#options, change);
    this.#runtime?.changeOptions(options);
    this.#options = options;
  }

  /** From the next reply on. @throws {TypeError} They are no text. */
  updateInstructions(instructions: string): void {
    const wanted = optionChecks.isText(instructions);
    if (wanted !== undefined) throw new TypeError(`Agent.updateInstructions: they are ${shown(instructions)}; they must be ${wanted}`);
    this.#instructions = instructions;
  }

  /** From the next reply on, in a running session too. Those of `@functionTool` stay. @throws {TypeError} As the constructor. */
  updateTools(tools: ToolsInput<RunContext>): void {
    const wanted = optionChecks.isObject(tools);
    if (wanted !== undefined) throw new TypeError(`Agent.updateTools: they are ${shown(tools)}; they must be ${wanted}, or a list`);
    const given = ownTools(tools);
    const all = toolList(given, toolsToCome(given), functionToolsOf(this));
    this.#runtime?.checkTools(all);
    this.#given = given;
    this.#chatContext = this.#chatContext.copy({ tools: this.tools });
  }

  /** What it knows of the conversation, from the next reply on. @throws {TypeError} It is none. */
  updateChatContext(chatContext: ChatContext): void {
    if (!isChatContext(chatContext)) throw new TypeError('Agent.updateChatContext: that is no conversation; make one with ChatContext');
    this.#chatContext = chatContext;
  }

  /** The agent has taken over, and the audio is up. */
  onEnter(): void | Promise<void> {}

  /** Another agent takes over, or the session closes. */
  onExit(): void | Promise<void> {}

  /** The user has said something; runs before the reply is made. Throw `StopResponse` for no reply. */
  onUserTurnCompleted(_turn: UserTurnCompleted): void | Promise<void> {}

  /**
   * The user has said more in one turn than `userTurnLimit` allows, and has not finished; called once in a turn. By default what was said is
   * taken for a turn, whose reply is spoken as soon as the user pauses. Say something with `allowInterruptions: false` to cut in.
   */
  onUserTurnExceeded(_turn: UserTurnExceeded): void | Promise<void> {
    this.session.commitUserTurn();
  }

  /** A reply could not be made, whatever was tried. What it returns is said, if that is possible. */
  onReplyFailed(_error: unknown): string | undefined | Promise<string | undefined> {
    return 'Sorry, something went wrong. Could you say that again?';
  }

  /** Audio to transcript events. Override to change either. */
  sttNode(request: STTRequest): AsyncIterable<STTEvent> {
    return this.#active().sttNode(request);
  }

  /** Conversation to reply. Override to change either. */
  llmNode(request: LLMRequest): AsyncIterable<LLMEvent> {
    return this.#active().llmNode(request);
  }

  /** Text as the LLM writes it to text as it is shown and remembered. */
  transcriptionNode(text: AsyncIterable<string>): AsyncIterable<string> {
    return text;
  }

  /** Text to speech. Override to change either. */
  ttsNode(request: TTSRequest): AsyncIterable<TTSEvent> {
    return this.#active().ttsNode(request);
  }

  /**
   * Has the agent's LLM answer a conversation in one text, outside of the call: nothing of it is spoken or remembered. Undefined if it fails,
   * which the session reports.
   *
   * @throws {Error} The agent runs in no session.
   */
  protected ask(chat: readonly ChatItem[]): Promise<string | undefined> {
    return this.#active().ask(chat);
  }

  /** For the session: joins the agent to it, or parts them. @throws {Error} It runs in another session. */
  attach(runtime: AgentRuntime | undefined): void {
    if (runtime !== undefined) this.checkFree(runtime.session);
    this.#runtime = runtime;
  }

  /** For the session: whether these can be offered beside all that the agent has and a search may find. @throws {TypeError} Two have one name. */
  checkToolsBeside(others: ToolsInput<RunContext> | undefined): void {
    toolList(others, this.tools, toolsToCome(this.#given));
  }

  /** For the session: whether the agent can be joined to it. @throws {Error} It runs in another one. */
  checkFree(session: Session): void {
    const present = this.#runtime?.session;
    if (present === undefined || present === session) return;
    throw new Error(`agent "${this.label}" already runs in ${present.id}: make an agent for each session`);
  }

  #active(): AgentRuntime {
    if (this.#runtime === undefined) throw new Error(`agent "${this.label}" runs in no session: start one with session.start({ agent })`);
    return this.#runtime;
  }
}

/** Holds for agents of another installed copy too. */
export const isAgent = (value: unknown): value is Agent => typeof value === 'object' && value !== null && brand in value;
