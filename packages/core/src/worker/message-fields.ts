import { isRecord } from '../chat/plain-data.js';
import type { Json, JsonObject } from '../provider/json.js';

/** A message from another process, whose fields are read one by one. */
export type Fields = Readonly<Record<string, unknown>>;

export const isText = (value: unknown): value is string => typeof value === 'string';

export const isNumber = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);

function isJson(value: unknown): value is Json {
  if (value === null || isText(value) || isNumber(value) || typeof value === 'boolean') return true;
  return Array.isArray(value) ? value.every(isJson) : isJsonObject(value);
}

export const isJsonObject = (value: unknown): value is JsonObject => isRecord(value) && Object.values(value).every(isJson);

export const isOneOf =
  <Word extends string>(...words: readonly Word[]) =>
  (value: unknown): value is Word =>
    words.some((word) => word === value);
