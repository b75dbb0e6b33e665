import { APIError } from '../provider/api-error.js';

/**
 * The key of a call: from the plugin's settings, else from the environment. Read at the call, so that a program may set it late and a plugin
 * can be made without one.
 *
 * @param options `environment`: the variable's name, such as `DEEPGRAM_API_KEY`.
 * @throws {APIError} There is none: kind `authentication`. Names the variable, never a value.
 */
export function readKey(options: {
  readonly provider: string;
  readonly apiKey?: string | undefined;
  readonly environment: string;
}): string {
  const { provider, apiKey, environment } = options;
  const key = (apiKey ?? process.env[environment] ?? '').trim();
  if (key !== '') return key;
  throw new APIError(`there is no key: set the environment variable ${environment}, or give the setting "apiKey"`, {
    kind: 'authentication',
    provider,
    retryable: false,
  });
}
