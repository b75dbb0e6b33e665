import type { Clock } from '@parley/core/provider';
import { realClock } from '@parley/core/provider-kit';
import type { LiveKitDispatcherOptions } from './dispatch/dispatcher-options.js';
import { readAccount } from './dispatch/server-account.js';

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
  await new ServerApi(account, options.clock ?? realClock).listRooms();
  return account.address.shown;
}
