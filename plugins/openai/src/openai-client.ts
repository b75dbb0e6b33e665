import { readKey } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import type { OpenAISettings } from './openai-settings.js';

/** The SDK's own limit for a request; how long a call may be silent is core's to say. */
const requestMs = 600_000;

/**
 * The vendor's client, made when it is first needed: loading the SDK takes 100 ms, and a plugin that is imported reads no environment.
 */
export class OpenAIClient {
  readonly settings: OpenAISettings;
  #made: { readonly key: string; readonly client: Promise<OpenAI> } | undefined;

  constructor(settings: OpenAISettings) {
    this.settings = settings;
  }

  /** @throws {APIError} There is no key. */
  get key(): string {
    return readKey({ provider: 'openai', apiKey: this.settings.apiKey, environment: 'OPENAI_API_KEY' });
  }

  /** Rejects with an APIError if there is no key. */
  async get(): Promise<OpenAI> {
    const { key } = this;
    if (this.#made?.key !== key) this.#made = { key, client: makeClient(this.settings, key) };
    return this.#made.client;
  }
}

async function makeClient({ baseUrl, organization, project }: OpenAISettings, apiKey: string): Promise<OpenAI> {
  const { default: Client } = await import('openai');
  return new Client({
    apiKey,
    // Trying again is core's.
    maxRetries: 0,
    timeout: requestMs,
    logLevel: 'off',
    ...(baseUrl === undefined ? {} : { baseURL: baseUrl }),
    ...(organization === undefined ? {} : { organization }),
    ...(project === undefined ? {} : { project }),
  });
}
