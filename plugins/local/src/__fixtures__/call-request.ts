import type { CallOptions } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';

/** What every call has, on the real clock: the engines work in threads, which no virtual clock sees. */
export function callRequest(overrides: Partial<CallOptions> = {}): CallOptions {
  return { signal: new AbortController().signal, clock: realClock, logger: { log: () => {} }, sessionId: 'session-1', callId: 'call-1', ...overrides };
}
