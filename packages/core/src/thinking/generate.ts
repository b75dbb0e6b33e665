import { APIError, APITimeoutError, isAPIError } from '../provider/api-error.js';
import type { Clock } from '../provider/clock.js';
import type { LLMEvent, LLMRequest } from '../provider/llm.js';
import { type ConnectOptions, retryDelayMs } from '../stream/connect-options.js';
import { linkSignals } from '../stream/linked-signal.js';
import { sleep } from '../stream/sleep.js';

/** First output while another attempt remains: contract, point 4. */
const firstOutputMs = 3000;

export interface Generation {
  readonly generate: (request: LLMRequest) => AsyncIterable<LLMEvent>;
  readonly request: LLMRequest;
  /** For errors made here. */
  readonly provider: string;
  readonly connect: ConnectOptions;
  /** All attempts together, in milliseconds, until the first output. */
  readonly replyDeadlineMs: number;
  readonly onRetry: (error: unknown) => void;
}

/**
 * The events of one reply of an LLM, over as many attempts as it takes: a failed one is made again while nothing was delivered (text or
 * a finished tool call). The first output must come within 3 s while an attempt remains, and within the reply's deadline in all; then
 * each next one within `connect.timeoutMs`.
 *
 * @throws {APIError} The last attempt's error. Ends quietly when the request's signal fires.
 */
export async function* generate(generation: Generation): AsyncGenerator<LLMEvent, void, void> {
  const { request, connect, onRetry } = generation;
  const { clock, signal } = request;
  const deadlineMs = clock.now() + generation.replyDeadlineMs;
  for (let attempt = 1; ; attempt += 1) {
    const progress = { hasDelivered: false };
    const isLast = attempt > connect.maxRetries;
    try {
      yield* attemptOnce(generation, { progress, firstMs: Math.min(isLast ? Infinity : firstOutputMs, deadlineMs - clock.now()) });
      return;
    } catch (error) {
      if (signal.aborted) return;
      const delayMs = retryDelayMs(attempt, connect, isAPIError(error) ? error.retryAfterMs : 0);
      const mayRetry = !progress.hasDelivered && !isLast && isAPIError(error) && error.retryable && clock.now() + delayMs < deadlineMs;
      if (!mayRetry) throw error;
      onRetry(error);
      // An abort ends the wait, and the next attempt ends quietly.
      await sleep(delayMs, { clock, signal }).catch(() => {});
      if (signal.aborted) return;
    }
  }
}

async function* attemptOnce(
  { generate: start, request, provider, connect }: Generation,
  { progress, firstMs }: { readonly progress: { hasDelivered: boolean }; readonly firstMs: number },
): AsyncGenerator<LLMEvent, void, void> {
  using link = linkSignals(request.signal);
  const watch = watchSilence(request.clock, (waitedMs) => link.abort(new APITimeoutError(`said nothing for ${waitedMs} ms`, { provider })));
  watch.wait(firstMs);
  let hasFinished = false;
  try {
    for await (const event of start({ ...request, signal: link.signal })) {
      if (event.type === 'text-delta' || event.type === 'tool-call') progress.hasDelivered = true;
      // What is handed on may be looked at for a while: that time is not the provider's.
      watch.stop();
      yield event;
      hasFinished ||= event.type === 'finish';
      watch.wait(progress.hasDelivered ? connect.timeoutMs : firstMs);
    }
  } finally {
    watch.stop();
  }
  if (request.signal.aborted || hasFinished) return;
  if (link.signal.aborted) throw link.signal.reason;
  throw new APIError('the reply broke off: its stream ended without a finish', { kind: 'protocol', provider, retryable: true });
}

/** One timer that calls when nothing came for so long. */
function watchSilence(clock: Clock, onSilence: (waitedMs: number) => void): { wait(forMs: number): void; stop(): void } {
  let cancel = () => {};
  return {
    wait(forMs) {
      cancel();
      cancel = clock.after(Math.max(0, forMs), () => onSilence(forMs));
    },
    stop() {
      cancel();
    },
  };
}
