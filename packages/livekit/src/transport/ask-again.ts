import { APIConnectionError, APIError, APIStatusError, type JsonObject } from '@parley/core/provider';
import { withoutSecrets } from '../without-secrets.js';

const provider = 'livekit';

/**
 * Does what `lastWill` has prepared: creates a dispatch, as the worker would have.
 *
 * @throws {APIError} It could not, or there is nothing prepared.
 */
export async function askAgain({ lastWill }: JsonObject): Promise<void> {
  const { url, token, body } = isObject(lastWill) ? lastWill : {};
  if (typeof url !== 'string' || typeof token !== 'string' || typeof body !== 'string') {
    throw new APIError('the server offers such a job only once', { kind: 'unsupported', provider, retryable: false });
  }
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body }).catch((error: unknown) => {
    throw new APIConnectionError(`the server was not reached: ${withoutSecrets(String(error), [token])}`, { provider });
  });
  await response.body?.cancel();
  if (!response.ok) throw new APIStatusError('the server did not dispatch the job once more', { provider, status: response.status });
}

const isObject = (value: unknown): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);
