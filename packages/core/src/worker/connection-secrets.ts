import type { Json, JsonObject } from '../provider/json.js';
import type { Logger } from '../provider/logger.js';
import { isJsonObject } from './message-fields.js';

/** What is shorter is no token, and stands in many a harmless line. */
const shortestSecret = 16;

/** The texts in a connection that let anybody join the call: all but short ones and addresses. */
export function connectionSecrets(connection: Json): readonly string[] {
  if (typeof connection === 'string') return connection.length >= shortestSecret && !connection.includes('://') ? [connection] : [];
  if (typeof connection !== 'object' || connection === null) return [];
  return Object.values(connection).flatMap(connectionSecrets);
}

/** Errors of a refused join quote the whole token (LiveKit 1.9.12). */
const withoutSecrets = (text: string, secrets: readonly string[]): string =>
  secrets.reduce((safe, secret) => safe.replaceAll(secret, '[redacted]'), text);

/** Writes nothing in which a secret stands, and adds the fields to each line. */
export const jobLogger = (
  logger: Logger,
  { secrets, fields }: { readonly secrets: readonly string[]; readonly fields: () => JsonObject },
): Logger => ({
  log(level, message, more) {
    logger.log(level, withoutSecrets(message, secrets), plainFields({ ...fields(), ...more }, secrets));
  },
});

/** As they arrive in another process; what is no JSON after all is left out rather than thrown over. */
function plainFields(fields: JsonObject, secrets: readonly string[]): JsonObject {
  try {
    const written: unknown = JSON.parse(withoutSecrets(JSON.stringify(fields), secrets));
    return isJsonObject(written) ? written : {};
  } catch {
    return { fields: 'no JSON' };
  }
}
