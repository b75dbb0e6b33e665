import type { Json, JsonObject } from '../provider/json.js';
import type { ConversationItem } from './conversation-item.js';

interface ReadContext {
  readonly items: readonly ConversationItem[];
  readonly metadata: Readonly<Record<string, Json>>;
}

const requiredFields: Readonly<Record<string, readonly string[]>> = {
  message: ['role', 'content'],
  opaque: ['providerMetadata'],
  'tool-call': ['callId', 'name', 'argumentsJson'],
  'tool-output': ['callId', 'name', 'content', 'isError'],
  'agent-handoff': ['toAgent'],
};

/** Reads what `ChatContext.toJSON` wrote. @throws {TypeError} It is something else; says where. */
export function readItems(data: unknown): ReadContext {
  if (!isRecord(data) || !Array.isArray(data['items'])) throw new TypeError('a conversation is an object with a list "items"');
  const items = data['items'].map((item: unknown, index) => readItem(item, index));
  return { items, metadata: isJsonObject(data['metadata']) ? data['metadata'] : {} };
}

function readItem(item: unknown, index: number): ConversationItem {
  const problem = problemOf(item);
  if (problem !== undefined) throw new TypeError(`items[${index}]${problem}`);
  const revived = revive(item);
  if (!isItem(revived)) throw new TypeError(`items[${index}] is no item`);
  return revived;
}

const isItem = (value: unknown): value is ConversationItem => problemOf(value) === undefined;

function problemOf(item: unknown): string | undefined {
  if (!isRecord(item)) return ' is not an object';
  const fields = requiredFields[String(item['type'])];
  if (fields === undefined) return `.type is ${JSON.stringify(item['type'])}, not one of ${Object.keys(requiredFields).join(', ')}`;
  const missing = ['id', 'createdAtMs', ...fields].find((field) => item[field] === undefined);
  return missing === undefined ? undefined : ` has no "${missing}"`;
}

function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (!isRecord(value)) return value;
  if (typeof value['$url'] === 'string') return new URL(value['$url']);
  if (typeof value['$bytes'] === 'string') return new Uint8Array(Buffer.from(value['$bytes'], 'base64'));
  if (typeof value['$samples'] === 'string') return new Int16Array(new Uint8Array(Buffer.from(value['$samples'], 'base64')).buffer);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, revive(entry)]));
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
/** What came from JSON holds JSON. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value);
