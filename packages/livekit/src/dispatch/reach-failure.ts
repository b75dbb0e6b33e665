import { APIError } from '@parley/core/provider';
import { provider } from './server-account.js';

/** Why the first question to a server failed, with what to look at: its address, or key and secret. What is no `APIError` stays as it is. */
export function reachFailure(error: unknown, shown: string): unknown {
  if (!(error instanceof APIError)) return error;
  if (error.kind === 'authentication' || error.status === 401 || error.status === 403)
    return new APIError(`${shown} refuses the key or the secret; check LIVEKIT_API_KEY and LIVEKIT_API_SECRET`, {
      kind: 'authentication',
      provider,
      retryable: false,
    });
  const why = error.message.replace(`${provider}: `, '');
  return new APIError(`${shown} is not reached (${why}); check LIVEKIT_URL, and whether the server runs`, {
    kind: error.kind,
    provider,
    retryable: true,
  });
}
