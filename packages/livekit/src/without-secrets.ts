import { redact } from '@parley/core/provider-kit';

/** A JSON web token, whoever it belongs to, also one that was cut off. @see RFC 7519: its first part begins with `{"` in base64url. */
const token = /eyJ[\w-]{8,}(?:\.[\w-]*){0,2}/g;

/**
 * A text of LiveKit's without tokens, and without the secrets given: a refused join and a refused socket quote the whole token. No longer than
 * 300 characters.
 */
export const withoutSecrets = (text: string, secrets: readonly string[] = []): string =>
  redact(
    secrets
      .filter((secret) => secret !== '')
      .reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text)
      .replaceAll(token, '[redacted]'),
    [],
  );
