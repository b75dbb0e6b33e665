import { APIError } from '@parley/core/provider';
import { readKey } from '@parley/core/provider-kit';
import type { LiveKitDispatcherOptions } from './dispatcher-options.js';
import { type ServerAddress, serverAddress } from './server-address.js';

export const provider = 'livekit';

/** A LiveKit server, and the right to use it. */
export interface ServerAccount {
  readonly address: ServerAddress;
  readonly apiKey: string;
  readonly apiSecret: string;
}

/**
 * From the options, else from the environment.
 *
 * @throws {APIError} Something is missing, which it names.
 * @throws {TypeError} The URL is none of a LiveKit server.
 */
export function readAccount({ url, apiKey, apiSecret }: Pick<LiveKitDispatcherOptions, 'url' | 'apiKey' | 'apiSecret'>): ServerAccount {
  const given = (url ?? process.env['LIVEKIT_URL'] ?? '').trim();
  if (given === '') {
    throw new APIError('there is no server: set the environment variable LIVEKIT_URL, or give the option "url"', {
      kind: 'invalid-request',
      provider,
      retryable: false,
    });
  }
  return {
    address: serverAddress(given),
    apiKey: readKey({ provider, apiKey: apiKey ?? undefined, environment: 'LIVEKIT_API_KEY' }),
    apiSecret: readSecret(apiSecret ?? process.env['LIVEKIT_API_SECRET']),
  };
}

function readSecret(given = ''): string {
  if (given.trim() !== '') return given.trim();
  throw new APIError('there is no secret: set the environment variable LIVEKIT_API_SECRET, or give the option "apiSecret"', {
    kind: 'authentication',
    provider,
    retryable: false,
  });
}
