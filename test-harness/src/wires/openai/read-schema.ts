import type { JsonObject } from '@parley/core/provider';
import { readObject } from '../read-json.js';

/** Went through JSON, so it is JSON. */
export function readSchema(value: unknown): JsonObject {
  const schema: JsonObject = Object.fromEntries(
    Object.entries(readObject(value ?? {}, 'parameters')).map(([key, entry]) => [key, JSON.parse(JSON.stringify(entry))]),
  );
  return schema;
}
