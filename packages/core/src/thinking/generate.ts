import { APIError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import { type ConnectOptions, firstOutputLimitMs, retryDelayMs } from '../stream/connect-options.js';
import { linkSignals, type ParentSignal } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readUntilAbort } from '../stream/read-until-abort.js';
import { sleep } from '../stream/sleep.js';
import { asFailure, ContractFaults } from '../stream/contract-faults.js';
import { ReasoningFilter } from '../text/reasoning-filter.js';
import { llmFault } from './llm-fault.js';

/** For the stream to end after its last event: a connection that is let end can be used again, one that is broken off cannot. */
const afterFinishMs = 100;

export interface Generation {
  readonly generate: (request: LLMRequest) => AsyncIterable<LLMEvent>;
  readonly request: Omit<LLMRequest, 'signal'> & { readonly signal: ParentSignal };
  /** For errors made here. */
  readonly provider: string;
  readonly connect: ConnectOptions;
  /** All attempts together, in milliseconds, until the first text or tool call. */
  readonly replyDeadlineMs: number;
  readonly onRetry: (error: unknown) => void;
  /** An attempt after a failed one has delivered something. */
  readonly onRecovered: () => void;
  /** A rule of the contract was broken by an event, which is left out: told once in an attempt. */
  readonly onFault: (fault: APIError) => void;
}

/**
 * The events of one reply of an LLM, over as many attempts as it takes: a failed one is made again while nothing was delivered (text or
 * a finished tool call). The first output must come within 3 s while an attempt remains, and text or a tool call within the reply's
 * deadline in all; then each next output within `connect.timeoutMs`. Receipts are no output. Time that the reader takes does not count.
 *
 * What a model thinks aloud in its text (`<think>`) is left out of it, and is no output.
 *
 * What belongs to a response that then fails (`opaque`) is held back until something of the response is delivered.
 *
 * @throws {APIError} The last attempt's error, or the model finished for another reason than that it was done, and gave nothing. Ends quietly when the request's signal fires.
 */
export async function* generate(generation: Generation): AsyncGenerator<LLMEvent, void, void> {
  const { request, connect, onRetry } = generation;
  const { clock } = request;
  using link = linkSignals(request.signal);
  const deadlineMs = clock.now() + generation.replyDeadlineMs;
  for (let attempt = 1; !link.aborted; attempt += 1) {
    const progress: Progress = { hasDelivered: false, held: [] };
    const firstMs = firstOutputLimitMs(attempt, connect, deadlineMs - clock.now());
    try {
      yield* attemptOnce(generation, { attempt, progress, deadlineMs, firstMs });
      return;
    } catch (error) {
      if (link.aborted) return;
      const delayMs = retryDelayMs(attempt, connect, isAPIError(error) ? error.retryAfterMs : 0);
      const isWorthIt = isAPIError(error) && error.retryable && attempt <= connect.maxRetries;
      if (progress.hasDelivered || !isWorthIt || clock.now() + delayMs >= deadlineMs) throw error;
      onRetry(error);
      // An abort ends the wait, and then the loop.
      await sleep(delayMs, { clock, signal: link.signal }).catch(() => {});
    }
  }
}

type FinishReason = Extract<LLMEvent, { readonly type: 'finish' }>['reason'];

interface AttemptOptions {
  /** 1 for the first. */
  readonly attempt: number;
  readonly progress: Progress;
  readonly deadlineMs: number;
  readonly firstMs: number;
}

/** How far an attempt has come. */
interface Progress {
  hasDelivered: boolean;
  held: LLMEvent[];
}

async function* attemptOnce(
  { generate: start, request, provider, connect, onRecovered, onFault }: Generation,
  { attempt, progress, deadlineMs, firstMs }: AttemptOptions,
): AsyncGenerator<LLMEvent, void, void> {
  const { clock } = request;
  using link = linkSignals(request.signal);
  const { signal } = link;
  using patience = new Patience(clock, () => link.abort());
  const untilDeadlineMs = () => Math.max(0, deadlineMs - clock.now());
  patience.expect(firstMs);
  const faults = new ContractFaults(provider, onFault);
  const reasoning = new ReasoningFilter();
  let hasFinished = false;
  let reason: FinishReason = 'stop';
  try {
    for await (const given of readUntilAbort(start({ ...request, signal }), { signal, clock })) {
      const rule = llmFault(given, hasFinished);
      if (rule !== undefined && !signal.aborted) faults.tell(rule);
      // Too late, or wanted by nobody; what it cost is known all the same.
      if (rule !== undefined || (signal.aborted && !isReceipt(given))) continue;
      const event = withoutReasoning(given, reasoning);
      const rest = endsText(event) ? reasoning.flush() : '';
      const isOutput = rest !== '' || event.type === 'text-delta' || event.type === 'tool-call';
      const isFinish = event.type === 'finish';
      if (attempt > 1 && !progress.hasDelivered && !hasFinished && (isOutput || isFinish)) onRecovered();
      progress.hasDelivered ||= isOutput;
      hasFinished ||= isFinish;
      if (event.type === 'finish') reason = event.reason;
      if (hasFinished) patience.expect(afterFinishMs);
      else if (!isReceipt(event))
        patience.expect(progress.hasDelivered ? connect.timeoutMs : Math.min(connect.timeoutMs, untilDeadlineMs()));
      // What is handed on may be looked at for a while: that time is not the provider's.
      patience.pause();
      if (rest !== '') yield* release({ type: 'text-delta', text: rest }, { progress, isDue: true });
      yield* release(event, { progress, isDue: progress.hasDelivered || hasFinished });
      patience.resume();
    }
  } catch (error) {
    if (!patience.isOver && !hasFinished) throw asFailure(error, provider);
  }
  if (request.signal.aborted) return;
  if (hasFinished && reason !== 'stop' && !progress.hasDelivered) throw noAnswer(reason, provider);
  if (hasFinished) return;
  if (patience.isOver) throw new APITimeoutError(`said nothing for ${Math.round(patience.waitedMs)} ms`, { provider });
  throw new APIError('the reply broke off: its stream ended without a finish', { kind: 'protocol', provider, retryable: true });
}

/** A model may have nothing to say; one that was stopped before it said anything has failed. */
const noAnswer = (reason: FinishReason, provider: string): APIError =>
  new APIError(`gave no answer, and finished with "${reason}"`, { kind: 'protocol', provider, retryable: reason === 'other' });

const isReceipt = (event: LLMEvent): boolean => event.type === 'usage' || event.type === 'response-metadata';

/** Text by which the model thinks aloud is no output. */
function withoutReasoning(event: LLMEvent, reasoning: ReasoningFilter): LLMEvent {
  if (event.type !== 'text-delta') return event;
  const text = reasoning.push(event.text);
  if (text === event.text) return event;
  return text === '' ? { type: 'reasoning-delta', text } : { type: 'text-delta', text };
}

/** What stands before it is all there is of the text, or of a part of it. */
const endsText = ({ type }: LLMEvent): boolean => type === 'finish' || type === 'tool-call' || type === 'flush';

/** The event, after those held back before it; or nothing, if it is to be held back itself. */
function* release(
  event: LLMEvent,
  { progress, isDue }: { readonly progress: Progress; readonly isDue: boolean },
): Generator<LLMEvent, void, void> {
  if (event.type === 'opaque' && !isDue) {
    progress.held.push(event);
    return;
  }
  if (isDue) yield* progress.held.splice(0);
  yield event;
}
