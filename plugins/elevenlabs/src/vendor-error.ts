import type { ServerErrorMessage } from '@elevenlabs/elevenlabs-js/wrapper/realtime/connection.js';
import {
  APIConnectionError,
  APIError,
  type APIErrorOptions,
  APIStatusError,
  type Clock,
  isAPIError,
  type ProviderErrorKind,
} from '@parley/core/provider';
import { fieldOf, retryAfterMs } from '@parley/core/provider-kit';

export const provider = 'elevenlabs';

type Meaning = readonly [kind: ProviderErrorKind, retryable: boolean];
const refused: Meaning = ['authentication', false];
const used: Meaning = ['status', false];
const busy: Meaning = ['status', true];
const over: Meaning = ['expired', true];
const wrong: Meaning = ['invalid-request', false];

/** What recognition can answer: all that the vendor's SDK knows. */
const recognitionErrors: Readonly<Record<ServerErrorMessage['message_type'], Meaning>> = {
  auth_error: refused,
  unaccepted_terms: refused,
  quota_exceeded: used,
  rate_limited: busy,
  queue_overflow: busy,
  resource_exhausted: busy,
  commit_throttled: busy,
  transcriber_error: busy,
  error: busy,
  session_time_limit_exceeded: over,
  insufficient_audio_activity: over,
  input_error: wrong,
  invalid_request: wrong,
  chunk_size_exceeded: wrong,
};

const meanings: ReadonlyMap<string, Meaning> = new Map([
  ...Object.entries(recognitionErrors),
  ['invalid_api_key', refused],
  ['max_active_conversations', busy],
  ['input_timeout_exceeded', over],
  ['internal_server_error', busy],
]);
/** Of codes that nobody has written down, by what they speak of; the first that fits. */
const patterns: readonly (readonly [RegExp, Meaning])[] = [
  [/quota|credit|payment|subscription/, used],
  [/auth|api_key|permission|terms/, refused],
  [/inactiv|timeout|time_limit|expired/, over],
  [/rate|limit|busy|concurren|too_many|overflow|exhausted|unavailable|internal|server/, busy],
];

/** Whether a message of recognition of this type is an error: those that are not known as such end in it. */
export const isErrorType = (type: string): boolean => type in recognitionErrors || type.endsWith('_error');

/** Of the vendor's own words nothing is passed on: they may quote the request or the key. */
export function vendorFailure(code: string, shared: Pick<APIErrorOptions, 'requestId' | 'retryAfterMs'> = {}): APIError {
  const vendorCode = /^[\w.-]{1,64}$/.test(code) ? code : 'error';
  const [kind, retryable] = meanings.get(vendorCode) ?? patterns.find(([pattern]) => pattern.test(vendorCode))?.[1] ?? wrong;
  return new APIError(`the vendor told of an error (${vendorCode})`, { ...shared, kind, provider, retryable, vendorCode });
}

/** Of an answer over HTTP with an error in it: also of one with status 200. @param body As far as it was read. */
export function answerFailure(response: Response, body: string, clock: Clock): APIError {
  const vendorCode = codeOf(body);
  const waitMs = retryAfterMs((name) => response.headers.get(name), clock);
  const requestId = response.headers.get('request-id');
  const shared = { ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }), ...(requestId === null ? {} : { requestId }) };
  const { status } = response;
  if (status < 400) return vendorCode === undefined ? noAudio(response, shared) : vendorFailure(vendorCode, shared);
  return new APIStatusError(`the vendor answered with status ${status}${vendorCode === undefined ? '' : ` (${vendorCode})`}`, {
    ...shared,
    provider,
    status,
    ...(vendorCode === undefined ? {} : { vendorCode }),
    ...(vendorCode !== undefined && meanings.get(vendorCode) === used ? { retryable: false } : {}),
  });
}

function noAudio({ headers }: Response, shared: Pick<APIErrorOptions, 'requestId'>): APIError {
  const type = (headers.get('content-type') ?? 'nothing').replaceAll(/[^\w/.+-]/g, '').slice(0, 60);
  return new APIError(`the vendor answered with ${type} in place of audio`, { ...shared, kind: 'protocol', provider, retryable: true });
}

/** `{"detail":{"status":"invalid_api_key","message":"…"}}` */
function codeOf(body: string): string | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    const detail = fieldOf(answer, 'detail');
    const code = fieldOf(detail, 'status') ?? fieldOf(detail, 'code') ?? fieldOf(answer, 'error');
    return typeof code === 'string' && /^[\w.-]{1,64}$/.test(code) ? code : undefined;
  } catch {
    return undefined;
  }
}

/** For what is thrown by the platform. */
export const toAPIError = (error: unknown): APIError =>
  isAPIError(error) ? error : new APIConnectionError('the connection broke before the answer was complete', { provider });

export const unsupported = (message: string): APIError => new APIError(message, { kind: 'unsupported', provider, retryable: false });
