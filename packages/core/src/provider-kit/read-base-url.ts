import { APIError } from '../provider/api-error.js';

/**
 * The address of a vendor, as it was given: to be read where the plugin is made, so that a wrong one is told there and not by each call.
 *
 * @param options `name`: of the setting or the variable it comes from; default the setting "baseUrl".
 * @returns With `http:` or `https:`, also for `ws:` and `wss:`, and without a slash at its end.
 * @throws {APIError} It is none, or has a user's name, a query or a fragment: kind `invalid-request`. Says where it comes from, never a value.
 */
export function readBaseUrl(options: { readonly provider: string; readonly baseUrl: string; readonly name?: string | undefined }): string {
  const { provider, baseUrl, name = 'the setting "baseUrl"' } = options;
  const text = baseUrl.trim();
  const refused = (problem: string) =>
    new APIError(`${name} ${problem}: give one such as https://host/path`, { kind: 'invalid-request', provider, retryable: false });
  if (!/^(https?|wss?):\/\//i.test(text) || !URL.canParse(text)) throw refused('is no address of HTTP or of a WebSocket');
  const { protocol, host, pathname, username, password, search, hash } = new URL(text);
  if (username !== '' || password !== '') throw refused("has a user's name or a password");
  if (search !== '' || hash !== '') throw refused('has a query or a fragment');
  return `${protocol.replace('ws', 'http')}//${host}${pathname}`.replace(/\/+$/, '');
}
