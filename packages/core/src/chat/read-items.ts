import type { Json } from '../provider/json.js';
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
  const metadata = isRecord(data['metadata']) ? data['metadata'] : {};
  // Came from JSON, so its values are JSON.
  return { items, metadata: metadata as Record<string, Json> };
}

function readItem(item: unknown, index: number): ConversationItem {
  const where = `items[${index}]`;
  if (!isRecord(item)) throw new TypeError(`${where} is not an object`);
  const fields = requiredFields[String(item['type'])];
  if (fields === undefined) throw new TypeError(`${where}.type is ${JSON.stringify(item['type'])}, not one of ${Object.keys(requiredFields).join(', ')}`);
  for (const field of ['id', 'createdAtMs', ...fields]) {
    if (item[field] === undefined) throw new TypeError(`${where} has no "${field}"`);
  }
  // Its type and fields were just checked.
  return revive(item) as ConversationItem;
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
