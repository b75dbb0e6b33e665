import type { Oddity } from '../wire/wire.js';

/** What the invented vendor says of a failure within a stream. */
export type FailureReason = Extract<Oddity, { readonly type: 'failure' }>['reason'];

export const failureReasons: readonly FailureReason[] = ['authentication', 'rate-limit', 'invalid-request', 'server'];

/** How the invented vendor words a status; with an id of the request in a header of its own. */
export const referenceErrorBody = (status: number): { readonly headers: Readonly<Record<string, string>>; readonly body: string } => ({
  headers: { 'content-type': 'application/json', 'request-id': requestId },
  body: JSON.stringify({ failure: `The vendor's own words about ${status}.` }),
});

export const requestId = 'request-1';
