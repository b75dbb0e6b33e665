import { type Agent, isAgent } from '../agent/agent.js';
import type { OverridableOptions } from '../agent/agent-options.js';
import { isAgentTask } from '../agent/agent-task.js';
import { checkUpdate } from '../agent/check-options.js';
import { outsideCode, runningCode } from '../agent/running-code.js';
import type { GenerateReplyOptions, RunningToolCall, SayOptions, Session, UpdateAgentOptions } from '../agent/session.js';
import type { SpeechHandle } from '../agent/speech-handle.js';
import type { ChatContext } from '../chat/chat-context.js';
import type { AgentEvent, AgentEventOf, AgentEventType, AgentState, UserState } from '../observe/agent-event.js';
import { checkListener } from '../observe/agent-event-types.js';
import type { CallIO } from '../provider/call-io.js';
import { toolList } from '../tools/tool-list.js';
import { holderOf } from '../turn/floor.js';
import type { RunResult } from '../run/run-result.js';
import type { CallIOChanges } from './call-ends.js';
import { checkCallIO } from './check-call-io.js';
import { type DrainOptions, drainTimeoutMs } from './drain-options.js';
import { makeRequest, toolsOffered } from './make-request.js';
import { checkMethod, checkToolChoice } from './method-options.js';
import type { RunOptions } from './run-recorder.js';
import { type AgentSessionOptions, checkSessionOptions } from './session-options.js';
import { publishSession } from './session-channel.js';
import { SessionRuntime } from './session-runtime.js';

export interface StartOptions {
  readonly agent: Agent;
  /** How the session reaches the caller. The session closes it with itself: what is still in use then, and what held it together. */
  readonly io?: CallIO | undefined;
  /** Also waits until the agent has done what it does by itself at the start, and gives the record of it. Default false. */
  readonly capture?: boolean | null | undefined;
}

let sessions = 0;

/**
 * One call: joins an agent to a caller and runs the conversation between them.
 *
 * Made from providers and options, started once with an agent and the ends of the call, closed once. Everything that happens is told by
 * events. Nothing of a provider's failure is thrown at the application, but for the speech handle that it belongs to.
 */
export class AgentSession<UserData = unknown> implements Session<UserData> {
  readonly id: string;
  readonly #options: AgentSessionOptions<UserData>;
  readonly #runtime: SessionRuntime;

  /** @throws {TypeError} An option is unknown or wrong, or two contradict each other; names them. */
  constructor(options: AgentSessionOptions<UserData> = {}) {
    checkSessionOptions(options);
    toolList(options.tools);
    sessions += 1;
    this.id = `session-${sessions}`;
    this.#options = options;
    this.#runtime = new SessionRuntime(this, options);
  }

  /** @throws {Error} None was given. */
  get userData(): UserData {
    const { userData } = this.#options;
    if (userData === undefined) throw new Error('the session has no userData: give it one, new AgentSession({ userData })');
    return userData;
  }

  get history(): ChatContext {
    return this.#runtime.history.chat;
  }

  get agent(): Agent | undefined {
    return this.#runtime.agent;
  }

  get agentState(): AgentState {
    return this.#runtime.core.state.agent;
  }

  get userState(): UserState {
    return this.#runtime.core.state.user;
  }

  get currentSpeech(): SpeechHandle | undefined {
    return this.#runtime.speeches.get(holderOf(this.#runtime.core.state.floor)?.id);
  }

  /** @throws {TypeError} There is no such event. */
  on<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void {
    checkListener('on', type, listener);
    this.#runtime.core.emitter.on(type, listener);
  }

  once<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void {
    checkListener('once', type, listener);
    this.#runtime.core.emitter.once(type, listener);
  }

  off<Type extends AgentEventType>(type: Type, listener: (event: AgentEventOf<Type>) => unknown): void {
    this.#runtime.core.emitter.off(type, listener);
  }

  /** The ends of the call in use. */
  get io(): CallIO {
    return this.#runtime.ends.parts;
  }

  /** All events from now on; ends after `close`. Keeps at most 10,000 unread, then the oldest go. */
  events(): AsyncIterableIterator<AgentEvent, undefined> {
    return this.#runtime.core.emitter.events();
  }

  /**
   * Joins the agent to the caller. Settles once the audio is up and the agent's `onEnter` was begun; with `capture` once the agent rests,
   * with what it did.
   *
   * Models that are named by strings are made first, from registered plugins or from packages that are installed where the application
   * is. One that cannot be had is named in the error with what to do; what was made before it is closed, and the session can be started
   * again.
   *
   * @throws {TypeError} The agent or a part of `io` is none, or the agent cannot run in this session. @throws {Error} The session was
   * started before, or a model cannot be had.
   */
  async start(options: StartOptions & { readonly capture: true }): Promise<RunResult>;
  async start(options: StartOptions): Promise<void>;
  async start(options: StartOptions): Promise<RunResult | void> {
    checkMethod.start(options);
    const { agent, io = {}, capture } = options;
    if (this.#runtime.state !== 'new') throw new Error('a session is started once: make a new one for each call');
    if (!isAgent(agent)) throw new TypeError('start: option "agent" is not an agent; make one with new Agent({ instructions })');
    if (isAgentTask(agent))
      throw new TypeError(`start: agent "${agent.label}" is a task, which an agent awaits; start the session with an agent`);
    checkCallIO('start', io);
    const preparing = this.#runtime.prepare(agent);
    if (preparing !== undefined) await preparing;
    publishSession({ session: this, io });
    if (capture === true) return this.#runtime.runs.record(() => this.#runtime.start(agent, io));
    this.#runtime.start(agent, io);
  }

  /**
   * Takes what the user writes as a turn, waits until the agents rest (what waits for a task, which waits for the user, does not count), and
   * gives the record of what they did. For tests, in text or with audio; one run at a time.
   *
   * @throws {Error} The session is not running, another run is under way, or this one was not over in time.
   * @throws {APIError} A reply could not be made.
   */
  async run(options: RunOptions): Promise<RunResult> {
    this.#assertRunning('run');
    checkMethod.run(options);
    const { userInput, timeoutMs } = options;
    if (typeof userInput !== 'string') throw new TypeError('run: option "userInput" is the text that the user writes');
    return this.#runtime.runs.record(() => this.#runtime.turns.commitTyped(userInput), { userInput, timeoutMs });
  }

  /**
   * Says a given text; with `audio`, the recording of it.
   *
   * @throws {Error} The session is not running. @throws {TypeError} The text is none, or an option is wrong: names it.
   */
  say(text: string | AsyncIterable<string>, options: SayOptions = {}): SpeechHandle {
    this.#assertRunning('say');
    checkMethod.say(text, options);
    return outsideCode(() => this.#runtime.speeches.say(text, options));
  }

  /**
   * Has the LLM make a reply, outside of the user's turns.
   *
   * @throws {Error} The session is not running. @throws {TypeError} An option is wrong, or `toolChoice` asks for a tool that the reply does
   * not have: names it, and nothing has changed.
   */
  generateReply(options: GenerateReplyOptions = {}): SpeechHandle {
    this.#assertRunning('generateReply');
    checkMethod.generateReply(options);
    const hidesTools = runningCode()?.scope?.hidesTools === true;
    return outsideCode(() => this.#generateReply(options, hidesTools));
  }

  interrupt(options: { readonly force?: boolean | null | undefined } = {}): void {
    this.#assertRunning('interrupt');
    checkMethod.interrupt(options);
    const force = options.force ?? false;
    const holder = holderOf(this.#runtime.core.state.floor);
    if (holder !== undefined && holder.stage !== 'cancelling' && !holder.allowInterruptions && !force) {
      throw new Error(`speech ${holder.id} does not allow interruptions: use interrupt({ force: true })`);
    }
    this.#runtime.core.dispatch({ type: 'interrupt-requested', force });
  }

  /** Takes what the user has said so far as a whole turn. */
  commitUserTurn(): void {
    this.#assertRunning('commitUserTurn');
    this.#runtime.core.dispatch({ type: 'turn-commit-requested' });
  }

  /** Forgets what the user has said so far. */
  clearUserTurn(): void {
    this.#assertRunning('clearUserTurn');
    this.#runtime.core.dispatch({ type: 'turn-cleared' });
  }

  /**
   * Changes options for the rest of the call, whoever the agent is, at once. What is absent stays as it is, and what an agent has of its own
   * still goes before it.
   *
   * @throws {TypeError} An option is unknown or wrong, or contradicts another: names it, and nothing has changed.
   * @throws {Error} The session is closed.
   */
  updateOptions(change: OverridableOptions): void {
    if (this.#runtime.state !== 'new') this.#assertRunning('updateOptions');
    checkUpdate('AgentSession.updateOptions', change);
    this.#runtime.updateOptions(change);
  }

  /** Another agent takes over: the old one leaves, the new one listens, knows its own context, and enters. */
  async updateAgent(agent: Agent, options: UpdateAgentOptions = {}): Promise<void> {
    this.#assertRunning('updateAgent');
    if (!isAgent(agent)) throw new TypeError('updateAgent: that is not an agent; make one with new Agent({ instructions })');
    checkMethod.updateAgent(options);
    await this.#runtime.switchAgent(agent, options);
  }

  /**
   * Puts other ends in the place of those in use, in the midst of the call: what is absent stays, `null` takes a part away.
   *
   * What the agent is saying goes on at the new output from where the listener stopped hearing it; with none it ends there, and later
   * replies are written. An input is read once: one that was taken out cannot be put back, an output can. The session does not close what
   * it lets go: whoever made it does. It closes, with itself, what it has then.
   *
   * @throws {TypeError} A part is none, or not known: names it; nothing was changed. @throws {Error} The session is not running.
   */
  updateIO(changes: CallIOChanges): void {
    this.#assertRunning('updateIO');
    checkCallIO('updateIO', changes, 'parts-only');
    this.#runtime.ends.update(changes);
  }

  /** Tool calls that have not ended, those included that no turn waits for any more. */
  get runningToolCalls(): readonly RunningToolCall[] {
    return this.#runtime.tools.runs.all;
  }

  /**
   * Ends a tool call: its signal fires, and it is answered as cancelled.
   *
   * @throws {ToolError} No such call runs; its tool is marked `uninterruptible`; or the turn that waits for it allows no interruptions.
   */
  cancelToolCall(callId: string): void {
    this.#runtime.tools.runs.cancel(callId);
  }

  /**
   * Settles when nobody speaks, nothing is queued, no turn is open and none waits for a tool; at once if the session is closed. Tools that
   * have released their turn are not waited for. A tool may wait for it too: the turn that waits for the tool does not count then. In a
   * hook it settles when nobody speaks and nothing is queued: turns and hand-offs that wait for the hook do not count.
   */
  waitForIdle(): Promise<void> {
    return this.#runtime.idleness.wait();
  }

  /**
   * Lets what is under way be finished, as `waitForIdle` has it, then closes; in a tool or a hook, this ends the call after what was said.
   * What has not finished after `timeoutMs` (10,000 by default) is cut, and named by an `error` event and by the `unfinished` of `close`.
   *
   * @throws {TypeError} `timeoutMs` is no length of time.
   */
  async drain(options: DrainOptions = {}): Promise<void> {
    await this.#runtime.drain(drainTimeoutMs(options));
  }

  /**
   * Ends the call: what is said is cut, all work ends, `close` is emitted. Settles within 10 s, whatever does not. Safe to call twice. In
   * `onExit`, which closing waits for, it settles at once.
   */
  close(): Promise<void> {
    return this.#runtime.untilClosed(this.#runtime.close('user'));
  }

  #generateReply(options: GenerateReplyOptions, hidesTools: boolean): SpeechHandle {
    const { context, speeches, turns } = this.#runtime;
    const agent = this.#runtime.activeAgent();
    checkToolChoice(options.toolChoice ?? 'auto', toolsOffered({ agent, context }, { tools: options.tools, hidesTools }));
    if ((options.userInput ?? '').trim() !== '') turns.recordTyped(options.userInput ?? '');
    return speeches.generateReply(makeRequest({ agent, context, chat: agent.chatContext }, { ...options, hidesTools }), options);
  }

  #assertRunning(method: string): void {
    const { state } = this.#runtime;
    if (state === 'running') return;
    const what =
      state === 'new' || state === 'starting'
        ? 'has not been started: await session.start({ agent }) first'
        : 'is closed: make a new one for the next call';
    throw new Error(`${method}: the session ${what}`);
  }
}
