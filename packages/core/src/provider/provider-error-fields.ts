export type ProviderErrorKind =
  | 'authentication'
  | 'connection'
  | 'timeout'
  | 'status'
  | 'protocol'
  | 'expired'
  | 'unsupported'
  | 'invalid-request';

/**
 * `expired`: the vendor ended what was open by its own rule (idle, age, a restarted server). Retryable; the first in a row costs
 * no attempt.
 * The public classes: `APIError` and under it `APIConnectionError`, `APITimeoutError`, `APIStatusError`.
 */
export interface ProviderErrorFields {
  readonly kind: ProviderErrorKind;
  readonly message: string;
  readonly provider: string;
  /** The same call may succeed if made again. */
  readonly retryable: boolean;
  readonly status?: number;
  /** The vendor's own code, such as `rate_limit_exceeded`. */
  readonly vendorCode?: string;
  readonly requestId?: string;
  readonly retryAfterMs?: number;
}
