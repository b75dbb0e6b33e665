import { APIError, type Clock } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import type { LiveKitDispatcherOptions } from './dispatch/dispatcher-options.js';
import { provider, readAccount } from './dispatch/server-account.js';

/**
 * Whether the server is reached and takes key and secret: asks it for its rooms.
 *
 * @returns Its address, fit to be shown.
 * @throws {APIError} Not so: says what is wrong and what to look at, never a key.
 * @throws {TypeError} The URL is none of a LiveKit server.
 */
export async function checkLiveKitServer(
  options: Pick<LiveKitDispatcherOptions, 'url' | 'apiKey' | 'apiSecret'> & { readonly clock?: Clock | null | undefined } = {},
): Promise<string> {
  const account = readAccount(options);
  const { ServerApi } = await import('./dispatch/server-api.js');
  const { shown } = account.address;
  try {
    await new ServerApi(account, options.clock ?? realClock).listRooms();
  } catch (error) {
    if (!(error instanceof APIError)) throw error;
    if (error.kind === 'authentication' || error.status === 401 || error.status === 403)
      throw new APIError(`${shown} refuses the key or the secret; check LIVEKIT_API_KEY and LIVEKIT_API_SECRET`, {
        kind: 'authentication',
        provider,
        retryable: false,
      });
    throw new APIError(
      `${shown} is not reached (${error.message.replace(`${provider}: `, '')}); check LIVEKIT_URL, and whether the server runs`,
      {
        kind: error.kind,
        provider,
        retryable: true,
      },
    );
  }
  return shown;
}
