import { readBaseUrl, readKey } from '@parley/core/provider-kit';
import type { ElevenLabsSettings } from './eleven-labs-settings.js';
import { provider } from './vendor-error.js';

/** The vendor's own. @see https://elevenlabs.io/docs/api-reference/introduction */
const ownUrl = 'https://api.elevenlabs.io';
const ownName = 'ELEVENLABS_API_KEY';
const otherName = 'ELEVEN_API_KEY';

/** Where the vendor is, and with which key it is asked. */
export class ElevenLabsAccount {
  readonly #apiKey: string | undefined;
  readonly #url: string;

  /** @throws {APIError} The address is none. */
  constructor({ apiKey, baseUrl = ownUrl }: ElevenLabsSettings) {
    this.#apiKey = apiKey;
    this.#url = readBaseUrl({ provider, baseUrl });
  }

  /** Read anew each time. @throws {APIError} There is none, or it is no key. */
  get key(): string {
    const isOtherName = (process.env[ownName] ?? '').trim() === '' && (process.env[otherName] ?? '').trim() !== '';
    return readKey({ provider, apiKey: this.#apiKey, environment: isOtherName ? otherName : ownName });
  }

  /** The headers that hold it: it is never part of an address. */
  headers(key: string): Readonly<Record<string, string>> {
    return { 'xi-api-key': key };
  }

  httpUrl(path: string, query: URLSearchParams): string {
    return `${this.#url}${path}?${query.toString()}`;
  }

  /** The same host, by a WebSocket. */
  socketUrl(path: string, query: URLSearchParams): string {
    return this.httpUrl(path, query).replace(/^http/, 'ws');
  }
}
