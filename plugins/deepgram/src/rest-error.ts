import { APIConnectionError, type APIError, APIStatusError, type Clock, isAPIError } from '@parley/core/provider';
import { fieldOf, retryAfterMs } from '@parley/core/provider-kit';
import { codeOf, textOf } from './read-message.js';

const provider = 'deepgram';

/** What the SDK throws, as an error of the contract. Of its messages nothing is passed on: they quote the request. */
export function restError(error: unknown, clock: Clock): APIError {
  if (isAPIError(error)) return error;
  const status = fieldOf(error, 'statusCode');
  if (typeof status !== 'number' || status === 0) return new APIConnectionError('the connection broke', { provider });
  const body = fieldOf(error, 'body');
  const headers = fieldOf(fieldOf(error, 'rawResponse'), 'headers');
  const header = (name: string) => (headers instanceof Headers ? headers.get(name) : undefined);
  const waitMs = retryAfterMs(header, clock);
  const vendorCode = typeof body === 'object' && body !== null ? codeOf(body) : undefined;
  const requestId = header('dg-request-id') ?? textOf(fieldOf(body, 'request_id'));
  return new APIStatusError(`the vendor answered with status ${status}${vendorCode === undefined ? '' : ` (${vendorCode})`}`, {
    provider,
    status,
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(requestId === undefined ? {} : { requestId }),
    ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
  });
}
