import { APIError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import { type ConnectOptions, firstOutputLimitMs, retryDelayMs } from '../stream/connect-options.js';
import { type LinkedSignal, linkSignals, type ParentSignal } from '../stream/linked-signal.js';
import { Patience } from '../stream/patience.js';
import { readEach } from '../stream/read-each.js';
import { sleep } from '../stream/sleep.js';
import { asFailure, ContractFaults, contractFault } from '../stream/contract-faults.js';
import { type FinishReason, noAnswer } from '../stream/no-answer.js';
import { ReasoningFilter } from '../text/reasoning-filter.js';
import { llmFault } from './llm-fault.js';

/** For the stream to end after its last event: a connection that is let end can be used again, one that is broken off cannot. */
const afterFinishMs = 100;

/** A reply that goes beyond this, in UTF-16 units, has no end: five hours of speech, and more than models write at once. */
const longestReply = 300_000;

export interface Generation {
  readonly generate: (request: LLMRequest) => AsyncIterable<LLMEvent>;
  readonly request: Omit<LLMRequest, 'signal'> & { readonly signal: ParentSignal };
  /** For errors made here. */
  readonly provider: string;
  readonly connect: ConnectOptions;
  /** Is given each event the moment it comes. What it returns is waited for before the next is read; that time is not the model's. */
  readonly onEvent: (event: LLMEvent) => Promise<void> | undefined;
  /** All attempts together, in milliseconds, until the first text or tool call. */
  readonly replyDeadlineMs: number;
  readonly onRetry: (error: unknown) => void;
  /** An attempt after a failed one has delivered something. */
  readonly onRecovered: () => void;
  /** A rule of the contract was broken by an event, which is left out: told once in an attempt. */
  readonly onFault: (fault: APIError) => void;
}

/**
 * Has an LLM write one reply, over as many attempts as it takes, and hands on its events: a failed one is made again while nothing was
 * delivered (text or a finished tool call). The first output must come within 3 s while an attempt remains, and text or a tool call within
 * the reply's deadline in all; then each next output within `connect.timeoutMs`. Receipts are no output.
 *
 * What a model thinks aloud in its text (`<think>`) is left out of it, and is no output.
 *
 * What belongs to a response that then fails (`opaque`) is held back until something of the response is delivered.
 *
 * Settles quietly when the request's signal fires.
 *
 * @throws {APIError} The last attempt's error, or the model finished for another reason than that it was done, and gave nothing. What
 * `onEvent` throws ends the reply, and is thrown.
 */
export async function generate(generation: Generation): Promise<void> {
  const { request, connect, onRetry } = generation;
  const { clock, signal } = request;
  const deadlineMs = clock.now() + generation.replyDeadlineMs;
  for (let number = 1; !signal.aborted; number += 1) {
    const attempt = new Attempt(generation, { isFirst: number === 1, deadlineMs });
    try {
      return await attempt.run(firstOutputLimitMs(number, connect, deadlineMs - clock.now()));
    } catch (error) {
      if (signal.aborted) return;
      const delayMs = retryDelayMs(number, connect, isAPIError(error) ? error.retryAfterMs : 0);
      const isWorthIt = isAPIError(error) && error.retryable && number <= connect.maxRetries;
      if (attempt.isFinal || !isWorthIt || clock.now() + delayMs >= deadlineMs) throw error;
      onRetry(error);
      await pause(delayMs, request);
    }
  }
}

/** An abort ends it. */
async function pause(delayMs: number, { clock, signal }: Generation['request']): Promise<void> {
  using link = linkSignals(signal);
  await sleep(delayMs, { clock, signal: link.signal }).catch(() => {});
}

/** One call of the LLM. */
class Attempt {
  readonly #generation: Generation;
  readonly #isFirst: boolean;
  readonly #deadlineMs: number;
  readonly #faults: ContractFaults;
  readonly #reasoning = new ReasoningFilter();
  /** What belongs to a response of which nothing was delivered yet. */
  readonly #held: LLMEvent[] = [];
  #hasDelivered = false;
  #finished: FinishReason | undefined;
  #isRefused = false;
  /** Something that may have been an answer could not be used. */
  #hasLostPart = false;
  #textLength = 0;

  constructor(generation: Generation, options: { readonly isFirst: boolean; readonly deadlineMs: number }) {
    this.#generation = generation;
    this.#isFirst = options.isFirst;
    this.#deadlineMs = options.deadlineMs;
    this.#faults = new ContractFaults(generation.provider, generation.onFault);
  }

  /** Something of it was delivered, or whoever was given its events wants no more: no other attempt can take its place. */
  get isFinal(): boolean {
    return this.#hasDelivered || this.#isRefused;
  }

  get #hasFinished(): boolean {
    return this.#finished !== undefined;
  }

  async run(firstMs: number): Promise<void> {
    const { generate: start, request, provider } = this.#generation;
    const { clock } = request;
    const link = linkSignals(request.signal);
    const patience = new Patience(clock, () => link.abort());
    patience.expect(firstMs);
    try {
      const stream = start({ ...request, signal: link.signal });
      await readEach(stream, { link, clock }, (event) => this.#take(event, { link, patience }));
    } catch (error) {
      if (this.#isRefused) throw error;
      if (!patience.isOver && !this.#hasFinished) throw asFailure(error, provider);
    } finally {
      patience[Symbol.dispose]();
      link[Symbol.dispose]();
    }
    if (request.signal.aborted) return;
    const failure = this.#finished === undefined || this.#hasDelivered ? undefined : this.#failureOf(this.#finished);
    if (failure !== undefined) throw failure;
    if (this.#hasFinished) return;
    if (patience.isOver) throw new APITimeoutError(`said nothing for ${Math.round(patience.waitedMs)} ms`, { provider });
    throw new APIError('the reply broke off: its stream ended without a finish', { kind: 'protocol', provider, retryable: true });
  }

  /** Why it failed, though it finished; nothing, if the model had nothing to say. */
  #failureOf(finished: FinishReason): APIError | undefined {
    const { provider } = this.#generation;
    return this.#hasLostPart ? contractFault(provider, 'gave a response of which nothing could be used') : noAnswer(finished, provider);
  }

  #take(given: LLMEvent, { link, patience }: { readonly link: LinkedSignal; readonly patience: Patience }): Promise<void> | undefined {
    const rule = llmFault(given, this.#hasFinished);
    if (rule !== undefined && !link.aborted) this.#faults.tell(rule);
    if (rule !== undefined && !isReceipt(given)) this.#hasLostPart = true;
    // Too late, or wanted by nobody; what it cost is known all the same.
    if (rule !== undefined || (link.aborted && !isReceipt(given))) return undefined;
    const event = withoutReasoning(given, this.#reasoning);
    this.#countText(event);
    const rest = endsText(event) ? this.#reasoning.flush() : '';
    const isOutput = rest !== '' || event.type === 'text-delta' || event.type === 'tool-call';
    this.#note(event, isOutput);
    this.#expectNext(event, patience);
    if (rest !== '') void this.#release({ type: 'text-delta', text: rest });
    const wait = this.#release(event);
    if (wait === undefined) return undefined;
    patience.pause();
    return wait.then(() => patience.resume());
  }

  /** What it thinks aloud is kept by nobody, and bounded by the deadline. */
  #countText(event: LLMEvent): void {
    if (event.type !== 'text-delta') return;
    this.#textLength += event.text.length;
    if (this.#textLength <= longestReply) return;
    const { provider } = this.#generation;
    throw new APIError(`wrote more than ${longestReply} characters for one reply`, { kind: 'protocol', provider, retryable: false });
  }

  #note(event: LLMEvent, isOutput: boolean): void {
    const isFinish = event.type === 'finish';
    const isNews = !this.#hasDelivered && !this.#hasFinished && (isOutput || (isFinish && !this.#hasLostPart));
    if (!this.#isFirst && isNews) this.#generation.onRecovered();
    this.#hasDelivered ||= isOutput;
    if (event.type === 'finish') this.#finished ??= event.reason;
  }

  #expectNext(event: LLMEvent, patience: Patience): void {
    const { connect, request } = this.#generation;
    if (this.#hasFinished) return patience.expect(afterFinishMs);
    if (isReceipt(event)) return;
    const leftMs = this.#hasDelivered ? Infinity : Math.max(0, this.#deadlineMs - request.clock.now());
    patience.expect(Math.min(connect.timeoutMs, leftMs));
  }

  /** The event, after those held back before it; or nothing, if it is to be held back itself. */
  #release(event: LLMEvent): Promise<void> | undefined {
    const isDue = this.#hasDelivered || this.#hasFinished;
    if (event.type === 'opaque' && !isDue) {
      this.#held.push(event);
      return undefined;
    }
    if (isDue && this.#held.length > 0) for (const before of this.#held.splice(0)) void this.#hand(before);
    return this.#hand(event);
  }

  #hand(event: LLMEvent): Promise<void> | undefined {
    try {
      return this.#generation.onEvent(event);
    } catch (error) {
      this.#isRefused = true;
      throw error;
    }
  }
}

/** Null stands for events that are none. */
const isReceipt = (event: LLMEvent | null): boolean => event?.type === 'usage' || event?.type === 'response-metadata';

/** Text by which the model thinks aloud is no output. */
function withoutReasoning(event: LLMEvent, reasoning: ReasoningFilter): LLMEvent {
  if (event.type !== 'text-delta') return event;
  const text = reasoning.push(event.text);
  if (text === event.text) return event;
  return text === '' ? { type: 'reasoning-delta', text } : { type: 'text-delta', text };
}

/** What stands before it is all there is of the text, or of a part of it. */
const endsText = ({ type }: LLMEvent): boolean => type === 'finish' || type === 'tool-call' || type === 'flush';
