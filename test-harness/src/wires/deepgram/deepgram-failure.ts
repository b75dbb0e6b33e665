import type { VendorRequest } from '../../loopback/vendor-connection.js';
import type { Oddity, Wire } from '../../wire/wire.js';

type Reason = Extract<Oddity, { readonly type: 'failure' }>['reason'];

/** The id of every request. */
export const requestId = '6f4a3c1e-0000-4000-8000-5f3a5f3a5f3a';
/** Of the answer to a handshake or a request. */
export const requestHeaders = { 'dg-request-id': requestId } as const;

const codes: Readonly<Record<Reason, string>> = {
  authentication: 'INVALID_AUTH',
  'rate-limit': 'TOO_MANY_REQUESTS',
  'invalid-request': 'INVALID_QUERY_PARAMETER',
  server: 'INTERNAL_SERVER_ERROR',
};
const byStatus: ReadonlyMap<number, Reason> = new Map([
  [401, 'authentication'],
  [403, 'authentication'],
  [429, 'rate-limit'],
]);

/** An error that is told in a message. */
export const failureMessage = (reason: Reason): string =>
  JSON.stringify({ type: 'Error', code: codes[reason], description: `The vendor's own words about ${reason}.` });

/** @see https://developers.deepgram.com/docs/errors */
export const deepgramErrorBody: Wire<'stt', never, never>['errorBody'] = (status) => ({
  headers: { 'content-type': 'application/json', ...requestHeaders },
  body: errorBody(byStatus.get(status) ?? (status >= 500 ? 'server' : 'invalid-request')),
});

export const errorBody = (reason: Reason): string =>
  JSON.stringify({ err_code: codes[reason], err_msg: `The vendor's own words about ${reason}.`, request_id: requestId });

/** The status of an error that is told before anything else. */
export const failureStatus: Readonly<Record<Reason, number>> = {
  authentication: 401,
  'rate-limit': 429,
  'invalid-request': 400,
  server: 500,
};

/** @throws {TypeError} The key is not sent in this vendor's way, or the query has what nobody knows. */
export function checkAsked({ headers, query }: VendorRequest, known: readonly string[]): void {
  if (!/^Token \S+$/.test(headers['authorization'] ?? '')) throw new TypeError('the header "authorization" is not "Token" and a key');
  const unknown = [...query.keys()].find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`the query has "${unknown}", which nobody knows`);
  if (query.get('encoding') !== 'linear16') throw new TypeError('"encoding" is not "linear16"');
}
