import type { Agent } from '../agent/agent.js';
import { isTaskEnded } from '../agent/agent-task-error.js';
import { handoffOf } from '../agent/handoff.js';
import { runCode } from '../agent/running-code.js';
import type { RunContext } from '../agent/session.js';
import type { ExecutedToolCall } from '../observe/agent-event.js';
import type { LLMEvent } from '../provider/llm.js';
import { createDeferred } from '../stream/deferred.js';
import { linkSignals } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { errorOutcome, executeTool, interruptedOutcome, type ToolOutcome, toolOutput } from '../tools/execute-tool.js';
import type { ParsedArguments } from '../tools/parse-arguments.js';
import type { Tool } from '../tools/tool.js';
import { ToolError } from '../tools/tool-errors.js';
import { asToolFailure, ToolFailure } from '../tools/tool-failure.js';
import type { SessionContext } from './session-context.js';
import type { Speech } from './speech.js';

export type ToolCall = Extract<LLMEvent, { readonly type: 'tool-call' }>;

/** `paused`: it waits for a task, in which somebody else has the word; `resumed`: it goes on. */
export type ToolNews = 'updated' | 'over' | 'paused' | 'resumed';

/** A call and what came of it. */
export interface FinishedToolCall {
  /** The speech whose model made the call. */
  readonly speechId: string;
  /** Whose speech it is. */
  readonly agent: Agent;
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
  /** It has called for another agent by itself, and said with its result what it had to say. */
  readonly handsOver?: boolean;
  /** When it began and ended, in milliseconds since the epoch. */
  readonly times: Pick<ExecutedToolCall, 'startedAt' | 'endedAt'>;
}

/** Where the outputs of a call go that come after its first one, and who is to know when it is over. */
export interface ToolRunOwner {
  readonly makeContext: (run: ToolRun) => RunContext;
  readonly isForeground: (run: ToolRun) => boolean;
  readonly onReleased: () => void;
  readonly onReport: (report: FinishedToolCall) => void;
  readonly onOver: (run: ToolRun) => void;
}

export interface ToolRunOptions {
  readonly context: SessionContext;
  readonly speech: Speech;
  readonly tool: Tool<RunContext>;
  readonly args: ParsedArguments;
  /** With the arguments as repaired. */
  readonly call: ToolCall;
  readonly hidesTools: boolean;
  readonly owner: ToolRunOwner;
}

/** What is added to an update for the model, which would otherwise take it for the result, or make one up. */
const stillRunning = '(Still running. The result will follow; do not guess it.)';
/** What the model reads at once of a tool that is marked `background`. */
const startedText = 'Started.';

/**
 * One tool call, from its start to its last output. Its first output, which the turn waits for, is its result, or the first update: an
 * update releases the turn, and what comes later is reported by itself.
 */
export class ToolRun {
  readonly options: ToolRunOptions;
  /** The first output. Never rejects. */
  readonly first: Promise<FinishedToolCall>;
  readonly #first = createDeferred<FinishedToolCall>();
  readonly #link;
  readonly #unlink: () => void;
  readonly #startedMs: number;
  /** Told of each update, of the end, and of when it waits for a task. */
  readonly #listeners = new Set<(what: ToolNews) => void>();
  #updates = 0;
  #isReleased = false;
  #handsOver = false;
  #isOver = false;
  #patience: Patience | undefined;
  #aborted: ToolOutcome = interruptedOutcome();

  constructor(options: ToolRunOptions) {
    const { context, tool, speech } = options;
    this.options = options;
    this.first = this.#first.promise;
    this.#startedMs = context.clock.now();
    this.#link = linkSignals(context.lifetime);
    // One that asked not to be interrupted ends only with the session.
    this.#unlink = tool.uninterruptible === true ? () => {} : speech.link.onAbort(() => this.#link.abort());
  }

  get callId(): string {
    return this.options.call.callId;
  }

  /** Fires when the call is to end. */
  get signal(): AbortSignal {
    return this.#link.signal;
  }

  /** An update was given, or it runs in the background: the turn goes on without it. */
  get isReleased(): boolean {
    return this.#isReleased;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  /** Why it cannot be cancelled now; undefined if it can. */
  get obstacle(): string | undefined {
    const { tool, speech } = this.options;
    if (tool.uninterruptible === true) return `call ${this.callId} of ${tool.name} is not cancellable: the tool is marked uninterruptible`;
    if (this.isReleased || speech.allowInterruptions) return undefined;
    return `call ${this.callId} of ${tool.name} is not cancellable: speech ${speech.id} does not allow interruptions`;
  }

  /** Runs it to its end. Never rejects. */
  async run(): Promise<void> {
    const { context, tool, args, owner } = this.options;
    const { clock } = context;
    this.#emit('started');
    if (tool.timeoutMs !== undefined && tool.timeoutMs !== null) this.#patience = this.#expect(tool.timeoutMs);
    // What it has to say of its beginning goes before what can be said of any.
    const tellStarted = () => {
      if (this.#updates === 0 && !this.#isOver) this.update(startedText);
    };
    const cancelStarted = tool.background === true ? clock.after(0, tellStarted) : () => {};
    if (tool.background === true) this.#release();
    const execution = { tool, args, context: owner.makeContext(this), signal: this.signal, clock };
    const outcome = await this.#untilAborted(this.#inScope(() => executeTool(execution)));
    cancelStarted();
    this.#patience?.[Symbol.dispose]();
    this.#patience = undefined;
    // A tool that hands over to another agent needs no answer of this one.
    this.#finish(handoffOf(outcome.value) === undefined ? outcome : { ...outcome, replyRequired: false });
  }

  /** What it awaits knows where it is; and nobody interrupts it by what is said to a task that it waits for. */
  #inScope(run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
    const { context, owner, hidesTools, speech } = this.options;
    const { session } = context;
    const { agent } = speech;
    const scope = {
      speech,
      hidesTools,
      isHolding: () => !this.isReleased && !this.#isOver,
      isForeground: () => owner.isForeground(this),
      onHandsOver: () => {
        speech.handsOver = true;
        this.#handsOver = true;
      },
    };
    const waitForPlayout = () => speech.waitForPlayout();
    // A turn that does not wait for it goes on.
    const pause = () => this.#pause(this.isReleased ? () => {} : speech.park());
    return runCode({ session, agent, name: 'tool', signal: this.signal, waitForPlayout, pause, scope }, run, context.lifetime);
  }

  /** The time in which it waits for a task is not the tool's. */
  #pause(resumeSpeech: () => void): () => void {
    this.#patience?.pause();
    this.#tell('paused');
    return () => {
      this.#patience?.resume();
      this.#tell('resumed');
      resumeSpeech();
    };
  }

  #expect(timeoutMs: number): Patience {
    const patience = new Patience(this.options.context.clock, () => this.#timeOut(timeoutMs));
    patience.expect(timeoutMs);
    return patience;
  }

  /** Reports progress; the first time, it also answers the call, so that the turn goes on. @throws {TypeError} JSON cannot hold it. */
  update(progress: unknown): void {
    if (this.signal.aborted) return;
    if (this.#isOver) throw new Error(`update: call ${this.callId} of ${this.options.tool.name} is over, and has been answered`);
    // Made into text now: what is changed later is not part of it.
    const output = `${toolOutput(progress)}\n${stillRunning}`.trim();
    const suffix = this.#updates === 0 ? '' : `_update_${this.#updates}`;
    this.#updates += 1;
    const report = this.#answer({ output, isError: false, replyRequired: true }, suffix);
    this.#emit('updated', report.call.callId);
    this.#tell('updated');
    if (suffix !== '') return this.options.owner.onReport(report);
    if (this.options.tool.background !== true) this.#release();
    this.#first.resolve(report);
  }

  /** The turn does not wait for its result, and does not end it. */
  #release(): void {
    this.#isReleased = true;
    this.#unlink();
    this.options.owner.onReleased();
  }

  /** Ends it. @throws {ToolError} It cannot be cancelled; says why. */
  cancel(): void {
    if (this.#isOver) return;
    const { obstacle } = this;
    if (obstacle !== undefined) throw new ToolError(obstacle);
    this.#abort(interruptedOutcome('The call was cancelled before it was finished.'));
  }

  /** @returns What ends the listening. */
  listen(listener: (what: ToolNews) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  #timeOut(timeoutMs: number): void {
    const { name } = this.options.tool;
    const text = `did not finish within ${timeoutMs} ms, and was ended`;
    this.#abort({ ...errorOutcome(`${name} ${text}.`), error: new ToolFailure(name, text) });
  }

  #abort(outcome: ToolOutcome): void {
    this.#aborted = outcome;
    this.#link.abort();
  }

  /** An abort answers the call at once, even if the tool takes no notice of it. */
  #untilAborted(work: Promise<ToolOutcome>): Promise<ToolOutcome> {
    const { signal } = this;
    return new Promise((resolve) => {
      const onAbort = () => resolve(this.#aborted);
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      void work.then((outcome) => {
        signal.removeEventListener('abort', onAbort);
        resolve(outcome);
      });
    });
  }

  #finish(outcome: ToolOutcome): void {
    const { context, owner } = this.options;
    this.#isOver = true;
    this.#link[Symbol.dispose]();
    this.#unlink();
    if (outcome.error !== undefined && !isTaskEnded(outcome.error))
      context.report('tool', asToolFailure(this.options.tool.name, outcome.error), true);
    const isAborted = outcome === this.#aborted && !outcome.replyRequired;
    const answer = this.#answer(outcome, this.#updates > 0 ? '_final' : '');
    this.#emit(isAborted ? 'aborted' : outcome.isError ? 'failed' : 'ended', this.#updates > 0 ? answer.call.callId : undefined);
    this.#tell('over');
    // Nothing returned after an update, or ended on purpose: there is nothing left to tell.
    if (this.#updates === 0) this.#first.resolve(answer);
    else if (handoffOf(outcome.value) !== undefined || (outcome.replyRequired && outcome.output !== '')) owner.onReport(answer);
    owner.onOver(this);
  }

  #answer(outcome: ToolOutcome, suffix: string): FinishedToolCall {
    const { core, clock } = this.options.context;
    const times = { startedAt: core.toWall(this.#startedMs), endedAt: core.toWall(clock.now()) };
    const { speech, call } = this.options;
    const answered = { ...call, callId: `${this.callId}${suffix}` };
    return { speechId: speech.id, agent: speech.agent, call: answered, outcome, handsOver: this.#handsOver, times };
  }

  #tell(what: ToolNews): void {
    for (const listener of this.#listeners) listener(what);
  }

  #emit(status: 'started' | 'updated' | 'ended' | 'failed' | 'aborted', outputCallId?: string): void {
    const { context, speech, call } = this.options;
    const { callId, name } = call;
    const event = { type: 'tool-updated', speechId: speech.id, callId, name, status } as const;
    context.core.emit(outputCallId === undefined ? event : { ...event, outputCallId });
  }
}
