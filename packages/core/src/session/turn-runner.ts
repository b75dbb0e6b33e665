import { Agent, type UserTurnCompleted, type UserTurnExceeded } from '../agent/agent.js';
import { type ChatContext, isChatContext } from '../chat/chat-context.js';
import type { RunContext } from '../agent/session.js';
import type { ConversationItem } from '../chat/conversation-item.js';
import { isStopResponse } from '../tools/tool-errors.js';
import type { Tool } from '../tools/tool.js';
import type { LLM } from '../provider/llm.js';
import type { TTS } from '../provider/tts.js';
import { sameWords } from '../text/words.js';
import { hasLLM } from './has-llm.js';
import { makeRequest } from './make-request.js';
import type { ReplyStep, StepResult } from './reply-step.js';
import { asHookFailure, runHook } from './run-hook.js';
import type { SessionContext } from './session-context.js';
import type { CommittedTurn } from './session-effect.js';
import type { Speech } from './speech.js';
import type { SpeechRunner } from './speech-runner.js';
import { TurnLine } from './turn-line.js';

/** A reply begun before the turn was over, and what it was made from: it is used only if that still holds. */
interface Preemptive {
  readonly speech: Speech;
  readonly started: { readonly step: ReplyStep; readonly running: Promise<StepResult> };
  readonly text: string;
  /** Of the user's message: it keeps it if the reply is used. */
  readonly messageId: string;
  readonly basis: Basis;
}
interface Basis {
  readonly chatContext: ChatContext;
  readonly instructions: string;
  readonly tools: readonly Tool<RunContext>[];
  /** What writes it, and what speaks it. */
  readonly llm: LLM | undefined;
  readonly tts: TTS | undefined;
}

/** Takes a user turn from the decision that it is over to the reply. */
export class TurnRunner {
  readonly #context: SessionContext;
  readonly #speeches: SpeechRunner;
  #preemptive: Preemptive | undefined;
  #line = new TurnLine();
  /** Hooks of turns that wait for a task, in all lines. */
  #parked = 0;
  #pending = 0;
  #newest: CommittedTurn | undefined;

  constructor(context: SessionContext, speeches: SpeechRunner) {
    this.#context = context;
    this.#speeches = speeches;
  }

  /** No turn is on its way through the hook, but for those that wait for a task. */
  get isIdle(): boolean {
    return this.#pending === this.#parked && this.#preemptive === undefined;
  }

  /** Hooks of turns that wait for a task. */
  get parked(): number {
    return this.#parked;
  }

  startPreemptively(text: string): void {
    const { agent, resolved, history, video } = this.#context;
    const present = agent();
    const basis = basisOf(present, this.#context);
    const before = this.#preemptive;
    // The STT was eager, and this is the same in the end.
    if (before !== undefined && sameWords(before.text, text) && isSame(before.basis, basis)) return;
    this.cancelPreemptive();
    if (!hasLLM(resolved(), present)) return;
    const speech = this.#speeches.create('user-turn');
    const messageId = history.newId();
    video.attach(messageId);
    const chat = basis.chatContext.append({ id: messageId, role: 'user', content: text });
    const request = makeRequest({ agent: present, context: this.#context, chat });
    const started = this.#speeches.startStep(speech, { request, index: 0 });
    if (resolved().preemptiveTts) started.step.prepare();
    this.#preemptive = { speech, text, messageId, basis, started };
  }

  cancelPreemptive(): void {
    const preemptive = this.#preemptive;
    this.#preemptive = undefined;
    if (preemptive !== undefined) this.#discard(preemptive);
  }

  #discard({ speech, messageId }: Preemptive): void {
    this.#context.video.forget(messageId);
    this.#speeches.discard(speech);
  }

  commit(turn: CommittedTurn): void {
    const agent = this.#context.agent();
    const line = this.#line;
    this.#newest = turn;
    line.newest = turn;
    // Without a hook of its own, or one that still runs, there is nothing to wait for.
    if (agent.onUserTurnCompleted === Agent.prototype.onUserTurnCompleted && line.isEmpty) {
      return this.#reply(agent, turn, { text: turn.text, chatContext: agent.chatContext });
    }
    this.#pending += 1;
    const completing = line.add(() => this.#complete(agent, { turn, line }));
    this.#context.own(
      completing.finally(() => {
        this.#pending -= 1;
      }),
    );
  }

  /** What the user wrote, as a turn: it takes the way of what is said. */
  commitTyped(text: string): void {
    const nowMs = this.#context.clock.now();
    this.#context.show({ speaker: 'user', segmentId: this.#context.history.newId(), text, final: true });
    this.commit({ text, startedMs: undefined, stoppedMs: undefined, finalAtMs: undefined, committedMs: nowMs });
  }

  /** The user's turn has become longer than it may be: what that means is the agent's to say. */
  exceed(turn: UserTurnExceeded): void {
    const agent = this.#context.agent();
    const run = () => agent.onUserTurnExceeded(turn);
    const pause = () => {
      this.#parked += 1;
      return () => void (this.#parked -= 1);
    };
    this.#pending += 1;
    this.#context.own(
      runHook(this.#context, { name: 'onUserTurnExceeded', agent, run, pause }).finally(() => {
        this.#pending -= 1;
      }),
    );
  }

  /** What was said last, when there is nobody left to answer. */
  recordOnly(text: string, atMs: number): void {
    if (text !== '') this.#context.history.add(this.#message(text, atMs), { agent: this.#context.agent() });
  }

  /** What the user wrote. */
  recordTyped(text: string): void {
    this.#context.core.dispatch({ type: 'user-wrote' });
    const item = this.#message(text, this.#context.clock.now());
    this.#context.video.attach(item.id);
    this.#context.history.add(item, { agent: this.#context.agent() });
    this.#context.show({ speaker: 'user', segmentId: item.id, text, final: true });
  }

  async #complete(agent: Agent, { turn, line }: { readonly turn: CommittedTurn; readonly line: TurnLine }): Promise<void> {
    const before = agent.chatContext;
    const completed: UserTurnCompleted = { text: turn.text, chatContext: before };
    try {
      const run = () => agent.onUserTurnCompleted(completed);
      const pause = () => this.#pause(line);
      await runHook(this.#context, { name: 'onUserTurnCompleted', agent, run, pause, passesStopResponse: true });
      this.#checkCompleted(agent, completed, { text: turn.text, chatContext: before });
      const isNewest = turn === line.newest;
      const isHere = this.#context.isHere(agent);
      // The reply to what the user has said since will answer both.
      if (!isNewest || (!isHere && turn !== this.#newest)) {
        return this.recordOnly(completed.text, turn.stoppedMs ?? turn.committedMs);
      }
      // The hook has handed over: who took over answers. What was said in a task meanwhile is known, unless the hook chose what is.
      const responder = isHere ? agent : this.#context.agent();
      const chatContext = isHere && completed.chatContext !== before ? completed.chatContext : responder.chatContext;
      this.#reply(responder, turn, { text: completed.text, chatContext });
    } catch (error) {
      if (!isStopResponse(error)) throw error;
      this.cancelPreemptive();
      this.recordOnly(completed.text, turn.stoppedMs ?? turn.committedMs);
    }
  }

  /** What a hook has left that is no text, or no conversation, is reported, and taken for unchanged. */
  #checkCompleted(agent: Agent, completed: UserTurnCompleted, before: UserTurnCompleted): void {
    const report = (what: string) =>
      this.#context.report('hook', asHookFailure({ name: 'onUserTurnCompleted', agent }, new TypeError(what)), true);
    const { text, chatContext }: { readonly text: unknown; readonly chatContext: unknown } = completed;
    if (typeof text !== 'string') {
      report(`it set "text" to something of type ${typeof text}; the text stays as it was`);
      completed.text = before.text;
    }
    if (isChatContext(chatContext)) return;
    report('it set "chatContext" to something that is no conversation; the conversation stays as it was');
    completed.chatContext = before.chatContext;
  }

  /** The hook of a turn waits for a task: the turns from now on are not behind it. */
  #pause(line: TurnLine): () => void {
    const next = new TurnLine(this.#line);
    this.#line = next;
    line.isPaused = true;
    const { parked } = line;
    this.#parked += parked;
    return () => {
      this.#parked -= parked;
      line.isPaused = false;
      // Unless one before it goes on already.
      for (let one: TurnLine | undefined = this.#line; one !== undefined; one = one.before) if (one === next) this.#line = line;
    };
  }

  #reply(agent: Agent, turn: CommittedTurn, { text, chatContext }: UserTurnCompleted): void {
    const { clock, core, resolved, video } = this.#context;
    const preemptive = this.#preemptive;
    this.#preemptive = undefined;
    const isUsable =
      preemptive !== undefined &&
      !preemptive.speech.interrupted &&
      !preemptive.started.step.hasFailed &&
      sameWords(preemptive.text, text) &&
      chatContext === preemptive.basis.chatContext &&
      isSame(preemptive.basis, basisOf(agent, this.#context));
    if (preemptive !== undefined && !isUsable) this.#discard(preemptive);
    if (text === '') return;
    // Said when the voice ended: before whatever a hook has had said since.
    const item = this.#message(text, turn.stoppedMs ?? turn.committedMs, isUsable ? preemptive.messageId : undefined);
    if (!isUsable) video.attach(item.id);
    // Made on what the hook left, which may differ from what is kept.
    const chat = chatContext.insert(item);
    this.#context.history.add(item, { agent, ...(chatContext === agent.chatContext && { agentChat: chat }) });
    if (core.state.isClosing || !hasLLM(resolved(), agent)) {
      if (isUsable) this.#speeches.discard(preemptive.speech);
      return;
    }
    const answered = { turn, acceptedMs: clock.now() };
    if (isUsable) return this.#speeches.reply(preemptive.speech, preemptive.started, { answered });
    const speech = this.#speeches.create('user-turn', { agent });
    const started = this.#speeches.startStep(speech, { request: makeRequest({ agent, context: this.#context, chat }), index: 0 });
    this.#speeches.reply(speech, started, { answered });
  }

  #message(text: string, atMs: number, id = this.#context.history.newId()): Extract<ConversationItem, { readonly type: 'message' }> {
    const { core } = this.#context;
    return { type: 'message', role: 'user', id, createdAtMs: core.toWall(atMs), content: [{ type: 'text', text }] };
  }
}

const basisOf = (agent: Agent, { toolsFor, resolvedFor }: SessionContext): Basis => ({
  chatContext: agent.chatContext,
  instructions: agent.instructions,
  tools: toolsFor(agent),
  llm: resolvedFor(agent).llm,
  tts: resolvedFor(agent).tts,
});
const isSame = (one: Basis, other: Basis): boolean =>
  one.chatContext === other.chatContext &&
  one.instructions === other.instructions &&
  one.llm === other.llm &&
  one.tts === other.tts &&
  one.tools.length === other.tools.length &&
  one.tools.every((tool, index) => isSameTool(tool, other.tools[index]));
/** A list of tools is made anew each time it is asked for; what a tool does and says stays the same object. */
const isSameTool = (one: Tool<RunContext>, other: Tool<RunContext> | undefined): boolean =>
  one.name === other?.name && one.reader === other.reader && one.execute === other.execute && one.description === other.description;
