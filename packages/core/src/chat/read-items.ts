import type { Json, JsonObject } from '../provider/json.js';
import type { ConversationItem } from './conversation-item.js';
import { isRecord, revive } from './plain-data.js';

interface ReadContext {
  readonly items: readonly ConversationItem[];
  readonly metadata: Readonly<Record<string, Json>>;
}

/** What a field must be; says so if it is not. */
type Check = (value: unknown) => string | undefined;
type Fields = Readonly<Record<string, Check>>;

const isText: Check = (value) => (typeof value === 'string' ? undefined : 'a text');
const isNumber: Check = (value) => (typeof value === 'number' && Number.isFinite(value) ? undefined : 'a number');
const isBoolean: Check = (value) => (typeof value === 'boolean' ? undefined : 'true or false');
const isObject: Check = (value) => (isRecord(value) ? undefined : 'an object');
const isTrue: Check = (value) => (value === true ? undefined : 'true, or left out');
const isBytesOrUrl: Check = (value) => (value instanceof Uint8Array || value instanceof URL ? undefined : '"$bytes" or "$url"');
const isSamples: Check = (value) => (value instanceof Int16Array ? undefined : '"$samples"');
const oneOf =
  (...values: readonly string[]): Check =>
  (value) =>
    values.includes(String(value)) ? undefined : `one of ${values.join(', ')}`;
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined ? undefined : check(value);
const listOf =
  (problem: (entry: unknown) => string | undefined): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'a list';
    for (const [index, entry] of value.entries()) {
      const found = problem(entry);
      if (found !== undefined) return `a list in which [${index}]${found}`;
    }
    return undefined;
  };

const frame: Fields = { samples: isSamples, sampleRate: isNumber, channels: isNumber, atMs: isNumber };
const parts: Readonly<Record<string, Fields>> = {
  text: { text: isText },
  image: { data: isBytesOrUrl, mediaType: isText, detail: optional(oneOf('auto', 'low', 'high')) },
  audio: { frames: listOf((entry) => problemIn(entry, frame)), transcript: optional(isText) },
};
const content = listOf((entry) => problemByType(entry, parts));
const every: Fields = { id: isText, createdAtMs: isNumber, providerMetadata: optional(isObject) };
const itemFields: Readonly<Record<string, Fields>> = {
  message: {
    ...every,
    role: oneOf('system', 'developer', 'user', 'assistant'),
    content,
    name: optional(isText),
    interrupted: optional(isTrue),
  },
  opaque: { ...every, providerMetadata: isObject },
  'tool-call': { ...every, callId: isText, name: isText, argumentsJson: isText },
  'tool-output': { ...every, callId: isText, name: isText, content, isError: isBoolean },
  'agent-handoff': { ...every, fromAgent: optional(isText), toAgent: isText },
};

/** What is wrong with an item, in words that follow its name; undefined if nothing is. */
export const problemOf = (item: unknown): string | undefined => problemByType(item, itemFields);

function problemByType(value: unknown, known: Readonly<Record<string, Fields>>): string | undefined {
  if (!isRecord(value)) return ' is not an object';
  const type = String(value['type']);
  const fields = Object.hasOwn(known, type) ? known[type] : undefined;
  if (fields === undefined) return `.type is ${JSON.stringify(value['type'])}, not one of ${Object.keys(known).join(', ')}`;
  return problemIn(value, fields);
}

function problemIn(value: unknown, fields: Fields): string | undefined {
  if (!isRecord(value)) return ' is not an object';
  for (const [name, check] of Object.entries(fields)) {
    const wanted = check(value[name]);
    if (wanted === undefined) continue;
    return value[name] === undefined ? ` has no "${name}"` : `.${name} is not ${wanted}`;
  }
  return undefined;
}

/** Reads what `ChatContext.toJSON` wrote. @throws {TypeError} It is something else; says where. */
export function readItems(data: unknown): ReadContext {
  if (!isRecord(data) || !Array.isArray(data['items'])) throw new TypeError('a conversation is an object with a list "items"');
  const ids = new Set<string>();
  const items = data['items'].map((entry: unknown, index) => {
    const item = readItem(entry, index);
    if (ids.has(item.id)) throw new TypeError(`items[${index}].id is that of an item before it`);
    ids.add(item.id);
    return item;
  });
  return { items, metadata: isJsonObject(data['metadata']) ? data['metadata'] : {} };
}

function readItem(entry: unknown, index: number): ConversationItem {
  const item = revivedAt(entry, index);
  if (isItem(item)) return item;
  throw new TypeError(`items[${index}]${problemOf(item)}`);
}

function revivedAt(entry: unknown, index: number): unknown {
  try {
    return revive(entry);
  } catch (error) {
    throw new TypeError(`items[${index}] is broken: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
}

const isItem = (value: unknown): value is ConversationItem => problemOf(value) === undefined;
/** What came from JSON holds JSON. */
const isJsonObject = (value: unknown): value is JsonObject => isRecord(value);
