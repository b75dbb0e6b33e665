import {
  APIConnectionError,
  APIError,
  type APIErrorOptions,
  APIStatusError,
  APITimeoutError,
  type Clock,
  isAPIError,
} from '@parley/core/provider';
import { retryAfterMs } from '@parley/core/provider-kit';

/** Codes that no further attempt mends, whatever their status says. */
const finalCodes = new Set(['insufficient_quota', 'billing_hard_limit_reached', 'account_deactivated']);
/** Of errors that are told within a stream, which have no status. */
const retryableCodes = /rate_limit|overloaded|server_error|timeout|unavailable/;
const keyCodes = /api_key|authentication|permission/;

/**
 * What the SDK throws, as an error of the contract. Of its messages nothing is passed on: they quote the request and the key.
 *
 * @see https://platform.openai.com/docs/guides/error-codes
 */
export function toAPIError(error: unknown, clock: Clock): APIError {
  if (isAPIError(error)) return error;
  const { name, status, code, type, headers, requestID } = fieldsOf(error);
  const vendorCode = code ?? type;
  const shared: Pick<APIErrorOptions, 'provider' | 'vendorCode' | 'requestId' | 'cause'> = {
    provider: 'openai',
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(requestID === undefined ? {} : { requestId: requestID }),
  };
  if (name === 'APIConnectionTimeoutError') return new APITimeoutError('the vendor gave no answer in time', shared);
  if (status !== undefined) {
    const waitMs = retryAfterMs((header) => headers?.get(header), clock);
    const text = `the vendor answered with status ${status}${vendorCode === undefined ? '' : ` (${vendorCode})`}`;
    return new APIStatusError(text, {
      ...shared,
      status,
      ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }),
      ...(vendorCode !== undefined && finalCodes.has(vendorCode) ? { retryable: false } : {}),
    });
  }
  if (error instanceof RangeError) return protocolError('the vendor sent a message that is too large', shared);
  if (error instanceof SyntaxError) return protocolError('the vendor sent what is no JSON', shared);
  if (vendorCode !== undefined && !vendorCode.startsWith('E') && !vendorCode.startsWith('UND_')) return inStreamError(vendorCode, shared);
  return new APIConnectionError('the connection broke', shared);
}

export const protocolError = (message: string, shared: Pick<APIErrorOptions, 'vendorCode' | 'requestId'> = {}): APIError =>
  new APIError(message, { ...shared, kind: 'protocol', provider: 'openai', retryable: true });

/** Ended as HTTP has it, and not as the vendor does. */
export const cutError = (): APIError => new APIConnectionError('the answer ended before it was complete', { provider: 'openai' });

export const unsupported = (message: string): APIError =>
  new APIError(message, { kind: 'unsupported', provider: 'openai', retryable: false });

/** An error that was told within an answer, which had begun well. */
export function inStreamError(
  vendorCode: string,
  shared: Pick<APIErrorOptions, 'provider' | 'vendorCode' | 'requestId'> = { provider: 'openai', vendorCode },
): APIError {
  const message = `the vendor told of an error in its answer (${vendorCode})`;
  if (keyCodes.test(vendorCode)) return new APIError(message, { ...shared, kind: 'authentication', retryable: false });
  const retryable = retryableCodes.test(vendorCode) && !finalCodes.has(vendorCode);
  return new APIError(message, { ...shared, kind: retryable ? 'status' : 'invalid-request', retryable });
}

/** The error that a piece of an answer tells of, if it does: `{"error":{"code","type","message"}}`. Its message is not passed on. */
export function toldError(piece: object): APIError | undefined {
  const told: unknown = Reflect.get(piece, 'error');
  if (typeof told !== 'object' || told === null) return undefined;
  const { code, type } = fieldsOf(told);
  return inStreamError(code ?? type ?? 'server_error');
}

interface SDKFields {
  readonly name?: string;
  readonly status?: number;
  readonly code?: string;
  readonly type?: string;
  readonly requestID?: string;
  readonly headers?: Headers;
}

/** By shape: two copies of the SDK may be there. */
function fieldsOf(error: unknown): SDKFields {
  if (typeof error !== 'object' || error === null) return {};
  const text = (name: string): Record<string, string> => {
    const value: unknown = Reflect.get(error, name);
    return typeof value === 'string' && /^[\w.-]{1,64}$/.test(value) ? { [name]: value } : {};
  };
  const status: unknown = Reflect.get(error, 'status');
  const headers: unknown = Reflect.get(error, 'headers');
  return {
    name: error.constructor.name,
    ...text('code'),
    ...text('type'),
    ...text('requestID'),
    ...(typeof status === 'number' ? { status } : {}),
    ...(headers instanceof Headers ? { headers } : {}),
  };
}
