import { APIError, type Clock } from '@parley/core/provider';

const firstWaitMs = 500;
const longestWaitMs = 2000;
/**
 * For the nodes of a cluster to show that they are there, once they have found their Redis again: they try for it every second, and tell it of
 * themselves every two, or four if one was late. Asked before that for an agent in a room whose node has been silent for five seconds, the server
 * (livekit-server 1.9.12) has the room made a second time on another node, and the agent waits there for a caller who is in the first.
 */
const settleMs = 6000;

/** What is asked of the server. Each settles by itself, within a few seconds. */
export interface AgentRequest {
  /** Asks for the agent. @throws {APIError} It could not, or it is not known whether it did. */
  readonly ask: () => Promise<void>;
  /** Whether it was asked for. Changes nothing. @throws {APIError} It is not known. */
  readonly isAsked: () => Promise<boolean>;
}

/**
 * Asks for an agent until it was asked for, and not twice: whoever got no answer looks first whether it was heard. After a failure it is asked for
 * again only when the server has answered without a break for six seconds.
 *
 * @param options.timeoutMs After it nothing is asked for any more; settled a few seconds later at the latest.
 * @throws {APIError} The last failure: it was not asked for in time, or the server will not have it.
 */
export async function askAgain(
  { ask, isAsked }: AgentRequest,
  { clock, timeoutMs }: { readonly clock: Clock; readonly timeoutMs: number },
): Promise<void> {
  const untilMs = clock.now() + timeoutMs;
  let failure = await failureOf(ask);
  let answersSinceMs: number | undefined;
  for (let waitMs = firstWaitMs; failure !== undefined; waitMs = Math.min(longestWaitMs, waitMs * 2)) {
    if (!isPassing(failure) || clock.now() + waitMs > untilMs) throw failure;
    await new Promise<void>((resolve) => void clock.after(waitMs, resolve));
    let isHeard = false;
    const silence = await failureOf(async () => {
      isHeard = await isAsked();
    });
    if (isHeard) return;
    if (silence !== undefined) {
      answersSinceMs = undefined;
      continue;
    }
    answersSinceMs ??= clock.now();
    if (clock.now() - answersSinceMs < settleMs) continue;
    answersSinceMs = undefined;
    if (clock.now() > untilMs) throw failure;
    failure = await failureOf(ask);
  }
}

async function failureOf(act: () => Promise<void>): Promise<Error | undefined> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

const isPassing = (error: Error): boolean => !(error instanceof APIError) || error.retryable;
