import type { Clock } from './clock.js';
import type { Logger } from './logger.js';
import type { ProviderMetadata } from './provider-metadata.js';

/** A call lasts until its stream ends, its handle is disposed, or `signal` fires. Core then ends the inputs it gave, too. */
export interface CallOptions {
  /**
   * Its reason is an `Error` named `AbortError`. Streams end quietly within 50 ms, after at most a last `usage`;
   * promises reject with the reason.
   */
  readonly signal: AbortSignal;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Same for all calls of one session: prompt caches, connection affinity. */
  readonly sessionId: string;
  readonly callId: string;
  /** Application tags, for billing and tracing; sent to the vendor only where it has a field for them. */
  readonly metadata?: Readonly<Record<string, string>>;
  readonly providerOptions?: ProviderMetadata;
}
