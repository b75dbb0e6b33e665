import type { Agent } from '../agent/agent.js';
import { isAgentTask } from '../agent/agent-task.js';
import type { HandoffOptions } from '../agent/handoff.js';
import type { GenerateReplyOptions, SayOptions } from '../agent/session.js';
import type { SpeechSource } from '../observe/agent-event.js';
import { hasLLM } from './has-llm.js';
import { makeRequest } from './make-request.js';
import { recordCalls, recordReply } from './record-step.js';
import type { AnsweredTurn, ReplyRequest } from './reply-request.js';
import { ReplyStep, type StepOptions, type StepResult } from './reply-step.js';
import { asHookFailure, runHook } from './run-hook.js';
import { SayStep } from './say-step.js';
import type { SessionContext } from './session-context.js';
import type { SessionTools } from './session-tools.js';
import { settleHandoffs } from './settle-handoffs.js';
import { Speech } from './speech.js';
import type { StepFailure } from './step-failure.js';
import type { FinishedToolCall } from './tool-run.js';

/** Speeches that may wait at once: far beyond sense, but a bound. */
const mostSpeeches = 100;

/** What was done where a line is said in place of an answer. */
const spoken = 'said a line that needs no model';

/** A reply that is being generated. */
interface StartedStep {
  readonly step: ReplyStep;
  readonly running: Promise<StepResult>;
}

/** What a reply answers, and what was asked of it: holds for the replies after its tools too. */
interface ReplyPlan {
  readonly answered?: AnsweredTurn;
  readonly options?: GenerateReplyOptions;
}

interface SpeechCreation {
  readonly allowInterruptions?: boolean | null | undefined;
  readonly priority?: number | null | undefined;
  /** Who speaks; the present agent, if not given. */
  readonly agent?: Agent | undefined;
}

/** A reply after tools. `answered` is the turn that is still answered by silence: nothing was heard since. */
interface NextStep {
  readonly index: number;
  readonly isLast: boolean;
  readonly options: GenerateReplyOptions;
  readonly answered: AnsweredTurn | undefined;
  readonly hidesTools: boolean;
}

/** Runs the agent's speeches: each from its first reply through rounds of tools to its end. */
export class SpeechRunner {
  readonly #context: SessionContext;
  readonly #speeches = new Map<string, Speech>();
  readonly #sessionTools: SessionTools;
  readonly #onHandoff: (handoff: HandoffOptions) => Promise<void>;
  #sequence = 0;

  constructor(context: SessionContext, sessionTools: SessionTools, onHandoff: (handoff: HandoffOptions) => Promise<void>) {
    this.#context = context;
    this.#sessionTools = sessionTools;
    this.#onHandoff = onHandoff;
  }

  /** Settles when what this agent still says was said; undefined if that is nothing. */
  lastWordsOf(agent: Agent): Promise<unknown> | undefined {
    const speeches = this.all.filter((speech) => speech.agent === agent && !speech.isDone);
    return speeches.length === 0 ? undefined : Promise.allSettled(speeches);
  }

  get(id: string | undefined): Speech | undefined {
    return id === undefined ? undefined : this.#speeches.get(id);
  }

  get all(): readonly Speech[] {
    return [...this.#speeches.values()];
  }

  /**
   * @throws {Error} Too many speeches wait already.
   */
  create(source: SpeechSource, options: SpeechCreation = {}): Speech {
    const { agent = this.#context.agent() } = options;
    const priority = options.priority ?? 0;
    const allowInterruptions = options.allowInterruptions ?? this.#context.resolvedFor(agent).allowInterruptions;
    if (this.#speeches.size >= mostSpeeches) throw new Error(`${mostSpeeches} speeches wait already: await some, or interrupt them`);
    this.#sequence += 1;
    const speech = new Speech({
      id: `speech-${this.#sequence}`,
      source,
      sequence: this.#sequence,
      allowInterruptions,
      core: this.#context.core,
      agent,
    });
    this.#speeches.set(speech.id, speech);
    const { id, sequence } = speech;
    const thinks = source === 'user-turn' || source === 'generate-reply' || source === 'tool-report';
    const answersUser = source === 'user-turn';
    const created = { id, sequence, priority, allowInterruptions, thinks, answersUser };
    this.#context.core.dispatch({ type: 'speech-created', speech: created, source });
    return speech;
  }

  say(text: string | AsyncIterable<string>, options: SayOptions & { readonly source?: SpeechSource }): Speech {
    const speech = this.create(options.source ?? 'say', options);
    const step = new SayStep(this.#context, speech, { text, audio: options.audio ?? undefined });
    const running = step.run();
    speech.run(step, running);
    this.#queue(speech);
    const finishing = this.#finishSaying({ speech, step, running, addToChat: options.addToChat ?? true });
    this.#context.own(
      finishing.finally(() => this.#end(speech)),
      speech,
    );
    return speech;
  }

  generateReply(request: ReplyRequest, options: GenerateReplyOptions): Speech {
    const speech = this.create('generate-reply', options);
    const step = this.startStep(speech, { request, index: 0 });
    this.reply(speech, step, { options });
    return speech;
  }

  /** Begins to generate, without deciding that it is meant for the caller. */
  startStep(speech: Speech, options: Pick<StepOptions, 'request' | 'index'>): StartedStep {
    const step = new ReplyStep(this.#context, speech, { ...options, sessionTools: this.#sessionTools });
    const running = step.run();
    speech.run(step, running);
    return { step, running };
  }

  /** The reply that was begun is meant for the caller: it takes its turn to be heard. */
  reply(speech: Speech, started: StartedStep, plan: ReplyPlan): void {
    started.step.begin(plan.answered);
    this.#queue(speech);
    const finishing = this.#finishReply(speech, started, plan);
    this.#context.own(
      finishing.finally(() => this.#end(speech)),
      speech,
    );
  }

  /** A reply that was begun is not wanted after all. */
  discard(speech: Speech): void {
    speech.cancel();
    this.#end(speech);
  }

  #queue(speech: Speech): void {
    this.#context.core.dispatch({ type: 'speech-queued', speechId: speech.id });
  }

  async #finishReply(speech: Speech, started: StartedStep, { answered, options = {} }: ReplyPlan): Promise<void> {
    const { core } = this.#context;
    let current = started;
    let unanswered = answered;
    for (let index = 1; ; index += 1) {
      const { step } = current;
      const result = await current.running;
      const hasCalls = !step.calls.isEmpty;
      const recording = { context: this.#context, speech, createdAtMs: this.#placeOf(step, result) };
      recordReply(recording, { ...result, writtenText: step.written.text, hasCalls });
      core.emit({ type: 'turn-metrics', metrics: result.metrics });
      if (result.metrics.playoutStartedAt !== undefined) unanswered = undefined;
      if (result.failure === undefined) this.#succeeded(result);
      else if (!speech.interrupted && !hasCalls) return this.#fail(speech, result, result.failure);
      else this.#mention(speech, result.failure);
      core.dispatch({ type: 'step-ended', speechId: speech.id, next: hasCalls ? 'working' : 'ended' });
      if (!hasCalls) return;
      const finished = await step.calls.finished();
      // A task has the word: whoever awaits it goes on afterwards, unless it was cut and says no more anyway.
      if (!speech.interrupted && this.#context.agent() !== speech.agent) await this.#untilPresent(speech);
      const { calls, next } = settleHandoffs(finished, {
        present: speech.agent,
        obstacle: this.#obstacle(speech),
        check: this.#context.checkAgent,
      });
      const { recorded, reported } = this.#shareCalls(speech, calls, next !== undefined);
      recordCalls({ ...recording, createdAtMs: this.#placeOfCalls(speech, recorded, recording.createdAtMs) }, recorded);
      this.#sessionTools.report(reported);
      if (next !== undefined) return this.#handOver(speech, next);
      if (speech.interrupted || !this.#context.isHere(speech.agent) || !recorded.some(({ outcome }) => outcome.replyRequired)) return;
      const isLast = index >= this.#context.resolvedFor(speech.agent).maxToolSteps;
      current = this.#nextStep(speech, { index, isLast, options, answered: unanswered, hidesTools: step.hidesTools });
    }
  }

  async #untilPresent(speech: Speech): Promise<void> {
    if (!this.#context.isHere(speech.agent)) return;
    const resume = speech.park();
    await this.#context.untilPresent(speech.agent);
    resume();
  }

  /** Why a tool of this speech hands over to nobody any more. */
  #obstacle(speech: Speech): string | undefined {
    if (speech.interrupted) return 'the turn was interrupted';
    return this.#isReplaced(speech.agent) ? 'another agent has taken over meanwhile' : undefined;
  }

  /** It has left, and not as a task does that has its result. */
  #isReplaced(agent: Agent): boolean {
    return !this.#context.isHere(agent) && !(isAgentTask(agent) && agent.isDone);
  }

  /**
   * What the model reads in its next reply, and what is told by a reply of its own: results that this speech cannot answer any more, since
   * another agent has the word. Not those of tools that brought that about, which have said what they had to say.
   */
  #shareCalls(
    speech: Speech,
    calls: readonly FinishedToolCall[],
    isHandingOver: boolean,
  ): { readonly recorded: readonly FinishedToolCall[]; readonly reported: readonly FinishedToolCall[] } {
    const isReplaced = isHandingOver || (this.#isReplaced(speech.agent) && !speech.hadTask);
    if (!isReplaced || speech.interrupted || this.#context.core.state.isClosing) return { recorded: calls, reported: [] };
    const isToTell = ({ outcome, handsOver }: FinishedToolCall) => outcome.replyRequired && !handsOver;
    return { recorded: calls.filter((call) => !isToTell(call)), reported: calls.filter(isToTell) };
  }

  /** When it was first heard; one that was not, when it was meant for the caller. */
  #placeOf(step: ReplyStep | SayStep, result: StepResult): number {
    return result.metrics.playoutStartedAt ?? this.#context.core.toWall(step.begunMs);
  }

  /**
   * With the reply. After what came since, if that was in a task or if the model is to answer: it reads the outputs last, and next to
   * their calls. A hand-off comes after the call that led to it, whenever it took place.
   */
  #placeOfCalls(speech: Speech, calls: readonly FinishedToolCall[], replyMs: number): number {
    const { core, clock, history } = this.#context;
    const isToAnswer = calls.some(({ outcome }) => outcome.replyRequired);
    const isLate =
      speech.hadTask || (isToAnswer && (history.chat.items.findLast(({ type }) => type !== 'agent-handoff')?.createdAtMs ?? 0) > replyMs);
    return isLate ? core.toWall(clock.now()) : replyMs;
  }

  #succeeded({ delivery, metrics }: StepResult): void {
    this.#context.succeeded('llm');
    if (!delivery.complete || metrics.playoutStartedAt === undefined) return;
    this.#context.succeeded('tts');
    this.#context.succeeded('audio-output');
  }

  /** The LLM is told the results; after too many rounds it is to answer without tools. */
  #nextStep(speech: Speech, { index, isLast, options, answered, hidesTools }: NextStep): StartedStep {
    const { agent } = speech;
    const { instructions, additionalInstructions, tools } = options;
    const request = makeRequest(
      { agent, context: this.#context, chat: agent.chatContext },
      { instructions, additionalInstructions, tools, hidesTools },
    );
    const started = this.startStep(speech, { index, request: isLast ? { ...request, tools: [], toolChoice: 'none' } : request });
    started.step.begin(answered);
    this.#context.core.dispatch({ type: 'step-queued', speechId: speech.id });
    return started;
  }

  /** An agent that cannot take over leaves the present one where it is, and the caller is told. */
  async #handOver(speech: Speech, next: HandoffOptions): Promise<void> {
    this.#end(speech);
    try {
      await this.#onHandoff(next);
    } catch (error) {
      this.#context.report('session', error, true);
      await this.#apologise(speech, error);
    }
  }

  async #finishSaying({
    speech,
    step,
    running,
    addToChat,
  }: {
    readonly speech: Speech;
    readonly step: SayStep;
    readonly running: Promise<StepResult>;
    readonly addToChat: boolean;
  }): Promise<void> {
    const result = await running;
    const createdAtMs = this.#placeOf(step, result);
    if (addToChat)
      recordReply({ context: this.#context, speech, createdAtMs }, { ...result, writtenText: step.written.text, hasCalls: false });
    this.#context.core.emit({ type: 'turn-metrics', metrics: result.metrics });
    if (result.failure === undefined) return;
    if (speech.interrupted) this.#mention(speech, result.failure);
    else await this.#fail(speech, result, result.failure);
  }

  /** A failure after which the speech ends, or goes on, as it would have. Of one that is stopped, only an output that does not stop is news. */
  #mention(speech: Speech, { source, error, atMs, isTold }: StepFailure): void {
    const recoverable = source !== 'audio-output';
    if (!isTold && (!recoverable || !speech.interrupted)) this.#context.tell({ source, error, recoverable, atMs });
    if (!recoverable) this.#context.countFailure(source, error);
  }

  /** Whatever was tried, the reply could not be made: the caller is told, if that is possible, and the call goes on. */
  async #fail(speech: Speech, result: StepResult, failure: StepFailure): Promise<void> {
    const context = this.#context;
    // That the apology fails too is the same failure, not another one.
    const { source, error, atMs, isTold } = failure;
    const recoverable = speech.source === 'reply-failed';
    if (!isTold) context.tell({ source, error, recoverable, atMs });
    if (!recoverable) context.countFailure(source, error);
    this.#end(speech, failure);
    if (context.core.state.isClosing) return;
    const action = result.delivery.heardText === '' ? await this.#apologise(speech, failure.error) : 'ended the reply with what was heard';
    context.core.emit({ type: 'recovered', source: failure.source, action });
  }

  /** The user said something that will not be answered: they are told. What may have been noise is a failure only if they can answer that. */
  askAgain(lost: { readonly error: unknown; readonly isTold: boolean; readonly isAwaited: boolean }): void {
    this.#context.own(this.#askAgain(lost));
  }

  async #askAgain({ error, isTold, isAwaited }: Parameters<SpeechRunner['askAgain']>[0]): Promise<void> {
    const { report, core, agent, resolved } = this.#context;
    const line = isAwaited && hasLLM(resolved(), agent()) ? await this.#failureLine(error) : undefined;
    if (!isTold) report('stt', error, line === undefined);
    if (line === undefined || core.state.isClosing) return;
    this.say(line, { source: 'reply-failed', addToChat: false });
    core.emit({ type: 'recovered', source: 'stt', action: spoken });
  }

  async #apologise(speech: Speech, error: unknown): Promise<string> {
    const line = speech.source === 'reply-failed' ? undefined : await this.#failureLine(error);
    if (line === undefined || this.#context.core.state.isClosing) return 'said nothing, and listens';
    this.say(line, { source: 'reply-failed', addToChat: false });
    return spoken;
  }

  /** What `onReplyFailed` wants said, if anything. */
  async #failureLine(error: unknown): Promise<string | undefined> {
    const agent = this.#context.agent();
    const hook = { name: 'onReplyFailed', agent, run: () => agent.onReplyFailed(error) };
    const line = await runHook(this.#context, hook);
    if (line !== undefined && typeof line !== 'string') {
      this.#context.report(
        'hook',
        asHookFailure(hook, new TypeError(`it returned something of type ${typeof line}, which is no text`)),
        true,
      );
      return undefined;
    }
    return line === '' ? undefined : line;
  }

  #end(speech: Speech, failure?: { readonly error: unknown }): void {
    this.#speeches.delete(speech.id);
    speech.finish(failure);
    speech.link[Symbol.dispose]();
    // Also where the floor does not know it: its creation may still wait to be taken.
    this.#context.core.dispatch({ type: 'step-ended', speechId: speech.id, next: 'ended' });
  }
}
