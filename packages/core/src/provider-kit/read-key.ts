import { APIError } from '../provider/api-error.js';

/**
 * The key of a call: from the plugin's settings, else from the environment. Read at the call, so that a program may set it late and a plugin
 * can be made without one.
 *
 * @param options `environment`: the variable's name, such as `DEEPGRAM_API_KEY`.
 * @throws {APIError} There is none, or it has a character that no header can hold, such as the "…" of a shortened display: kind
 * `authentication`. Names the setting or the variable, never a value.
 */
export function readKey(options: {
  readonly provider: string;
  readonly apiKey?: string | undefined;
  readonly environment: string;
}): string {
  const { provider, apiKey, environment } = options;
  const key = (apiKey ?? process.env[environment] ?? '').trim();
  if (key === '') throw refused(provider, `there is no key: set the environment variable ${environment}, or give the setting "apiKey"`);
  if (!unsendable.test(key)) return key;
  const where = apiKey === undefined ? `the environment variable ${environment}` : 'the setting "apiKey"';
  throw refused(provider, `${where} has a character that no key has, or a line break: copy the key again, whole`);
}

/** What a header's value may not hold. @see RFC 9110, section 5.5 */
const unsendable = /[^\t\x20-\x7e\x80-\xff]/;

const refused = (provider: string, message: string): APIError =>
  new APIError(message, { kind: 'authentication', provider, retryable: false });
