import type { DeepgramClient } from '@deepgram/sdk';
import type { DeepgramAccount } from './deepgram-account.js';

/** Until there are headers, by the machine's clock; how long a call may be silent is core's to say, and is less. */
const headersSeconds = 60;

/**
 * A failure is a network error's response, of status 0, and no rejection: where the SDK is given one it leaves its timer for the headers
 * running, and with it the process.
 */
const fetchSettled: typeof fetch = async (input, init) => {
  try {
    return await fetch(input, init);
  } catch {
    return Response.error();
  }
};

/** The vendor's client, for what goes over HTTP. Made when it is first needed: loading the SDK takes 300 ms. */
export class RestClient {
  readonly #account: DeepgramAccount;
  #made: { readonly key: string; readonly client: Promise<DeepgramClient> } | undefined;

  constructor(account: DeepgramAccount) {
    this.#account = account;
  }

  /** Rejects with an APIError if there is no key. */
  async get(): Promise<DeepgramClient> {
    const { key } = this.#account;
    if (this.#made?.key !== key) this.#made = { key, client: makeClient(this.#account, key) };
    return this.#made.client;
  }
}

async function makeClient({ httpUrl }: DeepgramAccount, apiKey: string): Promise<DeepgramClient> {
  const { DeepgramClient: Client } = await import('@deepgram/sdk');
  return new Client({
    apiKey,
    baseUrl: httpUrl,
    // Trying again is core's.
    maxRetries: 0,
    timeoutInSeconds: headersSeconds,
    fetch: fetchSettled,
    logging: { silent: true },
  });
}
