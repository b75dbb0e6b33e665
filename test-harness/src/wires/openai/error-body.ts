import type { Oddity, Wire } from '../../wire/wire.js';

type Reason = Extract<Oddity, { readonly type: 'failure' }>['reason'];

const types: Readonly<Record<Reason, { readonly type: string; readonly code: string | null }>> = {
  authentication: { type: 'invalid_request_error', code: 'invalid_api_key' },
  'rate-limit': { type: 'requests', code: 'rate_limit_exceeded' },
  'invalid-request': { type: 'invalid_request_error', code: 'context_length_exceeded' },
  server: { type: 'server_error', code: null },
};
const byStatus: ReadonlyMap<number, Reason> = new Map([
  [401, 'authentication'],
  [403, 'authentication'],
  [429, 'rate-limit'],
]);

/** An error told in the midst of an answer. */
export const failureBody = (reason: Reason): string =>
  JSON.stringify({ error: { message: `The vendor's own words about ${reason}.`, param: null, ...types[reason] } });

/** The same as a code alone. */
export const failureCode = (reason: Reason): string => types[reason].code ?? types[reason].type;

/** The status of an error that is told before anything else. */
export const failureStatus: Readonly<Record<Reason, number>> = {
  authentication: 401,
  'rate-limit': 429,
  'invalid-request': 400,
  server: 500,
};

/** Quotes the key, as the vendor does: it must not get into a message. @see https://platform.openai.com/docs/guides/error-codes */
export const openaiErrorBody: Wire<'llm', never, never>['errorBody'] = (status) => ({
  headers: { 'content-type': 'application/json', 'x-request-id': 'req_1' },
  body: failureBody(byStatus.get(status) ?? (status >= 500 ? 'server' : 'invalid-request')),
});
