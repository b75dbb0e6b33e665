import { APIError } from '@parley/core/provider';
import { provider } from './server-account.js';

/** Why the first question to a server failed, with what to look at: its address, or key and secret. What is no `APIError` stays as it is. */
export function reachFailure(error: unknown, shown: string): unknown {
  if (!(error instanceof APIError)) return error;
  const { status } = error;
  const kept = { provider, cause: error, ...(status === undefined ? {} : { status }) };
  if (error.kind === 'authentication' || status === 401 || status === 403)
    return new APIError(`${shown} refuses the key or the secret; check LIVEKIT_API_KEY and LIVEKIT_API_SECRET`, {
      ...kept,
      kind: 'authentication',
      retryable: false,
    });
  const why = error.message.replace(`${provider}: `, '');
  return new APIError(`${shown} is not reached (${why}); check LIVEKIT_URL, and whether the server runs`, {
    ...kept,
    kind: error.kind,
    retryable: true,
  });
}
