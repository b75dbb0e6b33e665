import { readBaseUrl, readKey } from '@parley/core/provider-kit';
import type { DeepgramSettings } from './deepgram-settings.js';

const defaultUrl = 'https://api.deepgram.com';

/** What a query may hold: a list is said once for each of its items, undefined not at all. */
export type Query = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

/** Whose calls these are, and where they go. */
export class DeepgramAccount {
  readonly httpUrl: string;
  readonly #apiKey: string | undefined;

  /** @throws {APIError} The address is none. */
  constructor({ apiKey, baseUrl = defaultUrl }: DeepgramSettings) {
    this.httpUrl = readBaseUrl({ provider: 'deepgram', baseUrl });
    this.#apiKey = apiKey;
  }

  /** @throws {APIError} There is no key, or it is none. */
  get key(): string {
    return readKey({ provider: 'deepgram', apiKey: this.#apiKey, environment: 'DEEPGRAM_API_KEY' });
  }

  socketUrl(path: string, query: Query): string {
    const search = new URLSearchParams();
    for (const [name, value] of Object.entries(query)) {
      if (value === undefined) continue;
      for (const item of typeof value === 'object' ? value : [value]) search.append(name, String(item));
    }
    return `${this.httpUrl.replace(/^http/, 'ws')}${path}?${search.toString()}`;
  }
}
