import { isTaskEnded } from '../agent/agent-task-error.js';
import { handoffOf } from '../agent/handoff.js';
import { runCode } from '../agent/running-code.js';
import type { RunContext } from '../agent/session.js';
import type { ExecutedToolCall } from '../observe/agent-event.js';
import type { LLMEvent } from '../provider/llm.js';
import { linkSignals } from '../stream/linked-signal.js';
import { executeTool, type ToolOutcome } from '../tools/execute-tool.js';
import type { Tool } from '../tools/tool.js';
import type { SessionContext } from './session-context.js';
import type { Speech } from './speech.js';

export type ToolCall = Extract<LLMEvent, { readonly type: 'tool-call' }>;

/** A call and what came of it. */
export interface FinishedToolCall {
  readonly call: ToolCall;
  readonly outcome: ToolOutcome;
  readonly report: ExecutedToolCall;
}

/** Runs the tool calls of one reply: each as soon as it is complete and the turn is decided, several at once. */
export class ToolCalls {
  readonly #context: SessionContext;
  readonly #speech: Speech;
  readonly #tools: readonly Tool<RunContext>[];
  readonly #waiting: ToolCall[] = [];
  readonly #running: Promise<FinishedToolCall>[] = [];
  #mayRun = false;

  constructor(context: SessionContext, speech: Speech, tools: readonly Tool<RunContext>[]) {
    this.#context = context;
    this.#speech = speech;
    this.#tools = tools;
  }

  get isEmpty(): boolean {
    return this.#waiting.length === 0 && this.#running.length === 0;
  }

  add(given: ToolCall): void {
    const callId = this.#context.history.newCallId(given.callId);
    const call = callId === given.callId ? given : { ...given, callId };
    if (this.#mayRun) this.#start(call);
    else this.#waiting.push(call);
  }

  /** No tool runs before the turn is decided: what it does cannot be taken back. */
  begin(): void {
    this.#mayRun = true;
    for (const call of this.#waiting.splice(0)) this.#start(call);
  }

  /** In the order in which they were called. Never rejects. */
  finished(): Promise<FinishedToolCall[]> {
    return Promise.all(this.#running);
  }

  #start(call: ToolCall): void {
    this.#running.push(this.#run(call));
  }

  async #run(call: ToolCall): Promise<FinishedToolCall> {
    const { clock, core } = this.#context;
    const startedMs = clock.now();
    const update = { type: 'tool-updated', speechId: this.#speech.id, callId: call.callId, name: call.name } as const;
    core.emit({ ...update, status: 'started' });
    const tool = this.#tools.find((candidate) => candidate.name === call.name);
    // One that asked not to be interrupted ends only with the session.
    using link =
      tool?.uninterruptible === true ? linkSignals(this.#context.lifetime) : linkSignals(this.#context.lifetime, this.#speech.link);
    const { signal } = link;
    const outcome = checkAgent(
      await untilAborted(
        this.#inScope(signal, () => executeTool({ tool, call, context: this.#runContext(call, signal), signal, clock })),
        signal,
      ),
    );
    if (outcome.error !== undefined && !isTaskEnded(outcome.error)) this.#context.report('tool', outcome.error, true);
    core.emit({ ...update, status: signal.aborted ? 'aborted' : outcome.isError ? 'failed' : 'ended' });
    const { callId, name, argumentsJson } = call;
    const times = { startedAt: core.toWall(startedMs), endedAt: core.toWall(clock.now()) };
    return { call, outcome, report: { callId, name, argumentsJson, output: outcome.output, isError: outcome.isError, ...times } };
  }

  /** So that a task that the tool awaits knows where it is, and nobody interrupts the tool by what is said to the task. */
  #inScope(signal: AbortSignal, run: () => Promise<ToolOutcome>): Promise<ToolOutcome> {
    const speech = this.#speech;
    const waitForPlayout = () => speech.waitForPlayout();
    const { agent } = speech;
    return runCode({ session: this.#context.session, agent, name: 'tool', signal, waitForPlayout, pause: () => speech.park() }, run);
  }

  #runContext(call: ToolCall, signal: AbortSignal): RunContext {
    const speech = this.#speech;
    const { session } = this.#context;
    const { callId, name, argumentsJson } = call;
    return {
      session,
      get userData() {
        return session.userData;
      },
      speechHandle: speech,
      functionCall: { callId, name, argumentsJson },
      toolCallId: callId,
      signal,
      waitForPlayout: () => speech.waitForPlayout(),
      disallowInterruptions() {
        if (speech.interrupted) throw new Error(`speech ${speech.id} was interrupted already`);
        speech.allowInterruptions = false;
      },
    };
  }
}

/** An abort answers the call at once, even if the tool takes no notice of it. */
async function untilAborted(work: Promise<ToolOutcome>, signal: AbortSignal): Promise<ToolOutcome> {
  const aborted: ToolOutcome = { output: 'The call was interrupted before it was finished.', isError: true, replyRequired: false };
  if (signal.aborted) return aborted;
  return new Promise((resolve) => {
    const onAbort = () => resolve(aborted);
    signal.addEventListener('abort', onAbort, { once: true });
    void work.then((outcome) => {
      signal.removeEventListener('abort', onAbort);
      resolve(outcome);
    });
  });
}

/** A tool that hands over to another agent needs no answer of this one. */
const checkAgent = (outcome: ToolOutcome): ToolOutcome =>
  handoffOf(outcome.value) === undefined ? outcome : { ...outcome, replyRequired: false };
