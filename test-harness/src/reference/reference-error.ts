import { APIConnectionError, APIError, APIStatusError, type Clock, isAPIError } from '@parley/core/provider';
import { retryAfterMs } from '@parley/core/provider-kit';
import { type FailureReason, failureReasons } from './reference-failure.js';

/** The `provider` of all references. */
export const provider = 'reference';

export const unsupported = (message: string): APIError => new APIError(message, { kind: 'unsupported', provider, retryable: false });

export const protocolError = (message: string): APIError => new APIError(message, { kind: 'protocol', provider, retryable: true });

export const cutError = (): APIError => new APIConnectionError('the answer ended before it was complete', { provider });

/** Of an answer whose status is no success. Its body is not quoted: it may hold the key, or what the caller said. */
export function statusError(response: Response, clock: Clock): APIError {
  const waitMs = retryAfterMs((name) => response.headers.get(name), clock);
  const requestId = response.headers.get('request-id');
  return new APIStatusError(`the vendor answered with status ${response.status}`, {
    provider,
    status: response.status,
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
    ...(requestId === null ? {} : { requestId }),
  });
}

/** Of an error that the vendor told of within a stream. */
export function failureError(reason: unknown): APIError {
  const known = failureReasons.find((name) => name === reason) ?? 'server';
  return new APIError(`the vendor told of a failure: ${known}`, { ...failureFields[known], provider, vendorCode: known });
}

const failureFields = {
  authentication: { kind: 'authentication', retryable: false },
  'rate-limit': { kind: 'status', retryable: true },
  'invalid-request': { kind: 'invalid-request', retryable: false },
  server: { kind: 'status', retryable: true },
} as const satisfies Readonly<Record<FailureReason, object>>;

/** What a connection throws, as an error of the contract. Of its message nothing is passed on. */
export const brokenError = (error: unknown): APIError =>
  isAPIError(error) ? error : new APIConnectionError('the connection broke', { provider });
