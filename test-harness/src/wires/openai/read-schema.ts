import type { JsonObject } from '@parley/core/provider';
import { readObject } from '../read-json.js';

/** Went through JSON, so it is JSON. */
export function readSchema(value: unknown): JsonObject {
  const schema: JsonObject = Object.fromEntries(
    Object.entries(readObject(value ?? {}, 'parameters')).map(([key, entry]) => [key, JSON.parse(JSON.stringify(entry))]),
  );
  return schema;
}

/** Of a tool, where there is one. */
export const readDescription = (value: unknown): { readonly description?: string } =>
  typeof value === 'string' ? { description: value } : {};
