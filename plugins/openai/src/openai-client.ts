import { readBaseUrl, readKey } from '@parley/core/provider-kit';
import type OpenAI from 'openai';
import type { OpenAISettings } from './openai-settings.js';

const provider = 'openai';
const urlName = 'OPENAI_BASE_URL';
/** The SDK's own limit for a request; how long a call may be silent is core's to say. */
const requestMs = 600_000;

/**
 * The vendor's client, made when it is first needed: loading the SDK takes 100 ms, and a plugin that is imported reads no environment.
 */
export class OpenAIClient {
  readonly #settings: OpenAISettings;
  #made: { readonly key: string; readonly baseUrl: string | undefined; readonly client: Promise<OpenAI> } | undefined;

  /** @throws {APIError} The address is none. */
  constructor(settings: OpenAISettings) {
    const { baseUrl } = settings;
    this.#settings = baseUrl === undefined ? settings : { ...settings, baseUrl: readBaseUrl({ provider, baseUrl }) };
  }

  /** Rejects with an APIError if there is no key, or the address that the environment holds is none. */
  async get(): Promise<OpenAI> {
    const key = readKey({ provider, apiKey: this.#settings.apiKey, environment: 'OPENAI_API_KEY' });
    const baseUrl = this.#settings.baseUrl ?? environmentUrl();
    const made = this.#made;
    if (made?.key === key && made.baseUrl === baseUrl) return made.client;
    const client = makeClient({ ...this.#settings, baseUrl, apiKey: key });
    this.#made = { key, baseUrl, client };
    return client;
  }
}

function environmentUrl(): string | undefined {
  const baseUrl = process.env[urlName] ?? '';
  return baseUrl.trim() === '' ? undefined : readBaseUrl({ provider, baseUrl, name: `the environment variable ${urlName}` });
}

async function makeClient({ baseUrl, organization, project, apiKey }: OpenAISettings & { readonly apiKey: string }): Promise<OpenAI> {
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
