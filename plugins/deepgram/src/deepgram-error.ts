import { APIError, type APIErrorOptions, APITimeoutError } from '@parley/core/provider';
import { closeError, type SocketClose } from '@parley/core/provider-kit';

const provider = 'deepgram';

/** The vendor's own codes, as they begin a close reason: `NET-0001: ...`. */
const codePattern = /\b(?:NET|DATA|BIG|MESSAGE)-\d{4}\b/;
/** It got neither audio nor a keep-alive for 10 s. @see https://developers.deepgram.com/docs/stt-troubleshooting-websocket-data-and-net-errors */
const idleCode = 'NET-0001';
/** Restarting, by RFC 6455's registry. */
const restartCode = 1012;

/** @throws Nothing: makes the error of a socket that the vendor closed before the call was done. */
export function closedError(close: SocketClose, secrets: readonly string[]): APIError {
  const vendorCode = codePattern.exec(close.reason)?.[0];
  if (vendorCode === idleCode || close.code === restartCode) return expiredError(vendorCode ?? String(close.code));
  // Of audio that cannot be decoded the code is that of a broken policy.
  if (vendorCode?.startsWith('DATA-') === true)
    return new APIError(`the vendor cannot read what it was sent (${vendorCode})`, {
      kind: 'invalid-request',
      provider,
      retryable: false,
      vendorCode,
    });
  return closeError(close, { provider, secrets });
}

/** Ended by a rule of the vendor's own; the same call may be made again at once. */
export const expiredError = (vendorCode: string): APIError =>
  new APIError(`the vendor ended what was open (${vendorCode})`, { kind: 'expired', provider, retryable: true, vendorCode });

export const protocolError = (message: string): APIError => new APIError(message, { kind: 'protocol', provider, retryable: true });

export const unsupported = (message: string): APIError => new APIError(message, { kind: 'unsupported', provider, retryable: false });

export const timeoutError = (message: string): APIError => new APITimeoutError(message, { provider });

const keyCodes = /AUTH|PERMISSION|CREDENTIAL/i;
const requestCodes = /DATA-|BIG-|MESSAGE-|INVALID|BAD_|UNPARSABLE|UNSUPPORTED|NOT_FOUND|PAYLOAD/i;

/** An error or a warning that was told in a message. Of its words nothing is passed on: they may be the caller's. */
export function toldError(vendorCode: string | undefined): APIError {
  const message = `the vendor told of an error${vendorCode === undefined ? '' : ` (${vendorCode})`}`;
  const shared: Omit<APIErrorOptions, 'kind' | 'retryable'> = { provider, ...(vendorCode === undefined ? {} : { vendorCode }) };
  if (vendorCode !== undefined && keyCodes.test(vendorCode))
    return new APIError(message, { ...shared, kind: 'authentication', retryable: false });
  if (vendorCode !== undefined && requestCodes.test(vendorCode))
    return new APIError(message, { ...shared, kind: 'invalid-request', retryable: false });
  return new APIError(message, { ...shared, kind: 'status', retryable: true });
}
