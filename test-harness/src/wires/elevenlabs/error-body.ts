import type { Oddity, Wire } from '../../wire/wire.js';

export type FailureReason = Extract<Oddity, { readonly type: 'failure' }>['reason'];

const codes: Readonly<Record<FailureReason, string>> = {
  authentication: 'invalid_api_key',
  'rate-limit': 'too_many_concurrent_requests',
  'invalid-request': 'voice_not_found',
  server: 'internal_server_error',
};

/** The status of an error that is told before anything else. */
export const failureStatus: Readonly<Record<FailureReason, number>> = {
  authentication: 401,
  'rate-limit': 429,
  'invalid-request': 400,
  server: 500,
};

/** Quotes what must not get into a message of a plugin. */
export const vendorsWords = (reason: FailureReason): string => `The vendor's own words about ${reason}.`;

/** Of HTTP, whatever the status: it comes with 200, too. */
export const failureBody = (reason: FailureReason): string =>
  JSON.stringify({ detail: { status: codes[reason], message: vendorsWords(reason) } });

/** Of a socket, which is closed after it. @see https://github.com/livekit/agents-js/issues/1985, where one is quoted. */
export const failureMessage = (reason: FailureReason, contextId: string): string =>
  JSON.stringify({ message: vendorsWords(reason), error: codes[reason], code: 1008, contextId });

function reasonOf(status: number): FailureReason {
  if (status === 401 || status === 403) return 'authentication';
  if (status === 429) return 'rate-limit';
  return status >= 500 ? 'server' : 'invalid-request';
}

export const requestId = 'req_1';

/** @see https://elevenlabs.io/docs/api-reference/errors */
export const elevenLabsErrorBody: Wire<'tts', never, never>['errorBody'] = (status) => ({
  headers: { 'content-type': 'application/json', 'request-id': requestId },
  body: failureBody(reasonOf(status)),
});
