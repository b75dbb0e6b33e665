import { APIConnectionError, APIError } from '../provider/api-error.js';
import { redact } from './redact.js';

export interface SocketClose {
  /** As RFC 6455, section 7.4 has them; 1006: it broke without one. */
  readonly code: number;
  readonly reason: string;
}

/** Codes after which the same call may succeed if made again: going away, broken, too large a load, restarting, try later. */
const retryableCodes = new Set([1000, 1001, 1005, 1006, 1011, 1012, 1013, 1014]);

/**
 * The error of a socket that was closed before its call was done. What a vendor's own codes (3000 to 4999) mean is the plugin's to say: here
 * they are not retryable.
 *
 * @param options `secrets`: what must not stand in the message.
 */
export function closeError(
  { code, reason }: SocketClose,
  { provider, secrets = [] }: { readonly provider: string; readonly secrets?: readonly string[] },
): APIError {
  const why = reason === '' ? '' : `: ${redact(reason, secrets)}`;
  const message = `the socket was closed with code ${code} before the call was done${why}`;
  const vendorCode = String(code);
  if (retryableCodes.has(code)) return new APIConnectionError(message, { provider, vendorCode });
  const kind = code === 1008 ? 'authentication' : code === 1002 || code === 1003 || code === 1007 ? 'protocol' : 'invalid-request';
  return new APIError(message, { kind, provider, retryable: false, vendorCode });
}
