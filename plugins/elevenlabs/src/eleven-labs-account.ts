import { readKey } from '@parley/core/provider-kit';
import type { ElevenLabsSettings } from './eleven-labs-settings.js';
import { provider } from './vendor-error.js';

/** The vendor's own. @see https://elevenlabs.io/docs/api-reference/introduction */
const ownUrl = 'https://api.elevenlabs.io';

/** Where the vendor is, and with which key it is asked. */
export class ElevenLabsAccount {
  readonly #settings: ElevenLabsSettings;

  constructor(settings: ElevenLabsSettings) {
    this.#settings = settings;
  }

  /** Read anew each time. @throws {APIError} There is none. */
  get key(): string {
    const { ELEVENLABS_API_KEY: own, ELEVEN_API_KEY: other } = process.env;
    const isSet = (own ?? '').trim() !== '';
    return readKey({ provider, apiKey: this.#settings.apiKey ?? (isSet ? own : other), environment: 'ELEVENLABS_API_KEY' });
  }

  /** The headers that hold it: it is never part of an address. */
  headers(key: string): Readonly<Record<string, string>> {
    return { 'xi-api-key': key };
  }

  httpUrl(path: string, query: URLSearchParams): string {
    return `${(this.#settings.baseUrl ?? ownUrl).replace(/\/+$/, '')}${path}?${query.toString()}`;
  }

  /** The same host, by a WebSocket. */
  socketUrl(path: string, query: URLSearchParams): string {
    return this.httpUrl(path, query).replace(/^http/i, 'ws');
  }
}
